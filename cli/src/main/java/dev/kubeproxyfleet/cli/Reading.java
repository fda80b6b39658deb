package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/** A command that shows what the service answers, drawn for people or as it came. */
abstract class Reading implements Callable<Integer> {

    final Kpfleet kpfleet;
    final Surroundings world;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "<form>",
            defaultValue = "table",
            converter = Output.Converter.class,
            description = {
                "How to print (default: ${DEFAULT-VALUE}): table; wide has more figures; json and yaml are the"
                        + " service's own answer;",
                "jsonpath={.items[*].name} and custom-columns=NAME:.name,ROLLOUT:.rollout.id take from it, as"
                        + " kubectl's do."
            })
    Output output = Output.Form.table;

    Reading(Kpfleet kpfleet) {
        this.kpfleet = kpfleet;
        this.world = kpfleet.world;
    }

    /** Draws an answer. */
    interface Drawn<T> {
        List<Line> lines(T answer) throws JsonProcessingException;
    }

    /** Prints one record, or says why there is none. */
    final <T extends Record> int print(Answer answer, Class<T> type, Drawn<T> drawn) throws JsonProcessingException {
        return answer instanceof Answer.Ok ok
                ? print(ok.body(), () -> drawn.lines(ok.as(type)))
                : Answers.complain(answer, world);
    }

    /** Prints a list of records, or says why there is none. */
    final <T extends Record> int printAll(Answer answer, Class<T> type, Drawn<List<T>> drawn)
            throws JsonProcessingException {
        return answer instanceof Answer.Ok ok
                ? print(ok.body(), () -> drawn.lines(ok.listOf(type)))
                : Answers.complain(answer, world);
    }

    /** Prints what was made of several answers. */
    final int print(JsonNode answers, Output.Drawn drawn) throws JsonProcessingException {
        output.print(answers, drawn, world);
        return ExitCode.OK;
    }
}
