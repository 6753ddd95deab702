package dev.ferryman.access;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.AnnotatedElement;

/**
 * Which scope a token needs for a method of the API. Without it, {@link Scope#READ} for what is asked with GET and
 * {@link Scope#RUN} for everything else.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface NeedsScope {
    /** The scope. */
    Scope value();

    /** The scope that a method needs. */
    final class Of {
        private Of() {}

        /** The scope that a method needs. */
        public static Scope method(AnnotatedElement method, boolean reads) {
            var needed = method.getAnnotation(NeedsScope.class);
            return needed == null ? reads ? Scope.READ : Scope.RUN : needed.value();
        }
    }
}
