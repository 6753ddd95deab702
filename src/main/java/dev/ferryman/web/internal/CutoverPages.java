package dev.ferryman.web.internal;

import dev.ferryman.access.CurrentUser;
import dev.ferryman.cutover.CutoverService;
import dev.ferryman.cutover.CutoverView;
import dev.ferryman.cutover.SampleRow;
import dev.ferryman.cutover.StepView;
import dev.ferryman.cutover.VerificationView;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.runbook.StepLog;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;

/** A cutover and its details, to look at. What changes it is in {@link CutoverMoves}. */
@Controller
final class CutoverPages {
    private static final int OUTPUT = 500;
    private static final int SAMPLES = 20;

    private final CutoverService cutovers;
    private final CutoverScreen screen;
    private final StepLog log;

    CutoverPages(CutoverService cutovers, CutoverScreen screen, StepLog log) {
        this.cutovers = cutovers;
        this.screen = screen;
        this.log = log;
    }

    @GetMapping("/cutovers/{id}")
    String cutover(CurrentUser user, @PathVariable String id, Model model) {
        return screen.cutover(Actors.of(user), id, Typed.NOTHING, model);
    }

    /** The parts of the cutover's page that change, for the page to put in the place of its own. */
    @GetMapping("/cutovers/{id}/fragments/live")
    String fragments(CurrentUser user, @PathVariable String id, Model model) {
        screen.cutover(Actors.of(user), id, Typed.NOTHING, model);
        return "cutovers/cutover :: regions";
    }

    @GetMapping("/cutovers/{id}/verification")
    String verification(CurrentUser user, @PathVariable String id, @RequestParam Optional<Long> run, Model model) {
        List<VerificationView> all = cutovers.verifications(id);
        model.addAttribute("view", cutovers.view(Actors.of(user), id));
        model.addAttribute("all", all);
        if (run.isPresent()) {
            model.addAttribute("shown", find(id, run.get()));
        } else if (!all.isEmpty()) {
            model.addAttribute("shown",
                    all.stream().max((a, b) -> a.at().compareTo(b.at())).orElseGet(all::getLast));
        }
        return "cutovers/verification";
    }

    @GetMapping("/cutovers/{id}/verification/{run}.csv")
    void differences(@PathVariable String id, @PathVariable long run, HttpServletResponse response)
            throws IOException {
        find(id, run);
        response.setContentType("text/csv;charset=UTF-8");
        response.setHeader(HttpHeaders.CONTENT_DISPOSITION, ContentDisposition.attachment()
                .filename("differences-" + id + "-" + run + ".csv", StandardCharsets.UTF_8).build().toString());
        cutovers.writeDifferences(id, run, response.getWriter());
    }

    @GetMapping("/cutovers/{id}/quarantine")
    String quarantine(CurrentUser user, @PathVariable String id, @RequestParam(defaultValue = "0") long after,
            Model model) {
        model.addAttribute("view", cutovers.view(Actors.of(user), id));
        try {
            model.addAttribute("found", cutovers.quarantine(id, after));
        } catch (BadInputException e) {
            model.addAttribute("unreachable", e.getMessage());
        }
        return "cutovers/quarantine";
    }

    @GetMapping("/cutovers/{id}/quarantine.jsonl")
    void quarantined(@PathVariable String id, HttpServletResponse response) throws IOException {
        response.setContentType("application/jsonl;charset=UTF-8");
        response.setHeader(HttpHeaders.CONTENT_DISPOSITION, ContentDisposition.attachment()
                .filename("quarantine-" + id + ".jsonl", StandardCharsets.UTF_8).build().toString());
        cutovers.writeQuarantine(id, response.getWriter());
    }

    @GetMapping("/cutovers/{id}/rollback")
    String rollback(CurrentUser user, @PathVariable String id, Model model) {
        return screen.rollback(Actors.of(user), id, "", model);
    }

    @GetMapping("/cutovers/{id}/steps/{key}")
    String step(CurrentUser user, @PathVariable String id, @PathVariable String key,
            @RequestParam(defaultValue = "0") long after, Model model) {
        CutoverView view = cutovers.view(Actors.of(user), id);
        StepView step = Stream
                .concat(view.phases().stream().flatMap(phase -> phase.steps().stream()),
                        view.recoveries().stream().flatMap(recovery -> recovery.steps().stream()))
                .filter(each -> each.step().key().equals(key)).findFirst()
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "no step " + key));
        List<StepLog.Line> output = after > 0
                ? log.output(id, key, after, OUTPUT)
                : log.tail(id, key, OUTPUT);
        model.addAttribute("view", view);
        model.addAttribute("step", step);
        model.addAttribute("output", output);
        model.addAttribute("full", output.size() == OUTPUT);
        model.addAttribute("after", after);
        model.addAttribute("effects", log.effects(id, key));
        view.monitors().stream().filter(monitor -> monitor.step().equals(key)).findFirst().ifPresent(watch -> {
            model.addAttribute("watch", watch);
            model.addAttribute("samples", watch.probes().stream()
                    .flatMap(probe -> last(cutovers.curve(id, key, probe.name())).stream())
                    .sorted(Comparator.comparing(SampleRow::at).reversed()).toList());
            model.addAttribute("verdicts", cutovers.verdicts(id, key));
        });
        return "cutovers/step";
    }

    private static List<SampleRow> last(List<SampleRow> samples) {
        return samples.subList(Math.max(0, samples.size() - SAMPLES), samples.size());
    }

    /** Makes the checks as it is drawn: nothing is changed by them, so whoever may look may ask. */
    @GetMapping("/cutovers/{id}/steps/{key}/checks")
    String checks(CurrentUser user, @PathVariable String id, @PathVariable String key, Model model) {
        model.addAttribute("view", cutovers.view(Actors.of(user), id));
        model.addAttribute("step", cutovers.step(Actors.of(user), id, key));
        try {
            model.addAttribute("diagnosis", cutovers.diagnose(id, key));
        } catch (BadInputException e) {
            model.addAttribute("alert", new Notice(String.valueOf(e.getMessage()), e.next()));
        }
        return "cutovers/checks";
    }

    private VerificationView find(String id, long run) {
        return cutovers.verification(id, run)
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "no verification " + run));
    }
}
