package dev.kubeproxyfleet.simulator.issuer;

import java.util.List;
import java.util.Map;

/** The pages that people see, in HTML without scripts. */
final class Page {

    private Page() {}

    /** Asks who somebody is; the answer comes back as a form with the given fields and {@code user}. */
    static String choice(String client, Map<String, String> fields, List<User> users) {
        StringBuilder form = new StringBuilder("<form method=\"post\">\n");
        fields.forEach((name, value) -> form.append(
                "<input type=\"hidden\" name=\"%s\" value=\"%s\">\n".formatted(escape(name), escape(value))));
        users.forEach(user -> form.append("<p><button name=\"user\" value=\"%s\">%s</button> %s</p>\n"
                .formatted(
                        escape(user.name()),
                        escape(user.displayName()),
                        escape(user.roles().isEmpty() ? "no role" : String.join(", ", user.roles())))));
        return page(
                "Sign in to " + client,
                "<p>This is the sandbox: choose who you are. Nobody has a password.</p>\n" + form + "</form>");
    }

    /** Asks for the code that a device shows. */
    static String deviceCode() {
        return page("Let a device in", """
                <p>Enter the code that your terminal shows.</p>
                <form method="get">
                <p><label>Code <input name="user_code" autocomplete="off" autofocus></label> <button>Next</button></p>
                </form>""");
    }

    static String sentence(String title, String sentence) {
        return page(title, "<p>" + escape(sentence) + "</p>");
    }

    /** To people, where it would not be safe to send them back to the client. */
    static Reply refused(String why) {
        return Reply.page(400, sentence("Not signed in", why));
    }

    private static String page(String title, String body) {
        return """
                <!doctype html>
                <html lang="en">
                <head><meta charset="utf-8"><title>%s</title></head>
                <body>
                <h1>%s</h1>
                %s
                </body>
                </html>
                """.formatted(escape(title), escape(title), body);
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
