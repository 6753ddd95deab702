package dev.ferryman.web.internal;

import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ModelAttribute;

/**
 * Gives every page its words and figures. As model attributes and not as beans: Thymeleaf forbids beans in the arguments
 * of fragments.
 */
@ControllerAdvice(basePackageClasses = PageWords.class)
final class PageWords {
    private final Marks marks = new Marks();
    private final Figures figures = new Figures();
    private final Clocks clocks = new Clocks();

    @ModelAttribute("marks")
    Marks marks() {
        return marks;
    }

    @ModelAttribute("clocks")
    Clocks clocks() {
        return clocks;
    }

    @ModelAttribute("figures")
    Figures figures() {
        return figures;
    }
}
