package dev.kubeproxyfleet.fleet.guide;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The blocks of a page that are marked {@code sh}, as one script of bash: variables that one sets are there in the next.
 *
 * @param blocks in the order of the page
 */
record GuideScript(List<Block> blocks) {

    /** @param heading the one above the block, and its number below that heading */
    record Block(String heading, String commands) {}

    private static final Pattern PART = Pattern.compile(
            "^#{1,4} (?<heading>[^\n]+)$|^```sh\n(?<commands>.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

    GuideScript {
        blocks = List.copyOf(blocks);
    }

    static GuideScript of(String markdown) {
        List<Block> blocks = new ArrayList<>();
        String heading = "";
        int number = 0;
        Matcher parts = PART.matcher(markdown.replaceAll("(?ms)^```(bash|yaml|text)\n.*?^```$", ""));
        for (MatchResult part : parts.results().toList()) {
            if (part.group("heading") != null) {
                heading = part.group("heading");
                number = 0;
            } else {
                number++;
                blocks.add(new Block(number == 1 ? heading : heading + " " + number, part.group("commands")));
            }
        }
        return new GuideScript(blocks);
    }

    /** The same with another text in place of one that the page has as an example. */
    GuideScript with(String example, String real) {
        return new GuideScript(blocks.stream()
                .map(block -> new Block(block.heading(), block.commands().replace(example, real)))
                .toList());
    }

    /**
     * Writes the script.
     *
     * @param progress a file that gets a line as each block begins: its place and the time in seconds
     */
    Path write(Path file, Path progress) throws IOException {
        StringBuilder script = new StringBuilder("set -euo pipefail\n");
        for (int i = 0; i < blocks.size(); i++) {
            script.append("printf '%s %s\\n' ")
                    .append(i)
                    .append(" \"$EPOCHREALTIME\" >>'")
                    .append(progress)
                    .append("'\n");
            script.append(blocks.get(i).commands());
        }
        return Files.writeString(file, script);
    }
}
