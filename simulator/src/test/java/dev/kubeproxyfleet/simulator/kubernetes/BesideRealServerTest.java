package dev.kubeproxyfleet.simulator.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.json.Json;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same calls, one after the other, of the simulated API and of a real API server: what both answer is compared as far as it is
 * theirs to say, which is codes, reasons, messages, causes, data and who owns which fields.
 *
 * <p>Runs only where {@code KPFLEET_KUBE_LAB} names a folder of scripts that start and stop a real one.
 */
class BesideRealServerTest {

    private static final String VARIABLE = "KPFLEET_KUBE_LAB";
    private static final String APPLY = "application/apply-patch+yaml";
    private static final String MERGE = "application/merge-patch+json";
    private static final String STRATEGIC = "application/strategic-merge-patch+json";
    private static final String JSON_PATCH = "application/json-patch+json";
    private static final String JSON = "application/json";
    private static final String MAPS = "/api/v1/namespaces/lab/configmaps";
    private static final String SETS = "/apis/apps/v1/namespaces/lab/daemonsets";

    private static final String SET = """
            {"apiVersion":"apps/v1","kind":"DaemonSet","metadata":{"name":"agent","labels":{"a":"b"}},"spec":{"selector":{
            "matchLabels":{"app":"agent"}},"template":{"metadata":{"labels":{"app":"agent"}},"spec":{"containers":[{"name":"agent",
            "image":"agent:1","env":[{"name":"A","value":"1"}],"ports":[{"containerPort":80}],"resources":{"limits":{"memory":
            "64Mi"}}}],"tolerations":[{"operator":"Exists"}]}}}}""";

    /** Fields that the real one fills in, and items of lists themselves. */
    private static final Pattern OF_DEFAULTS =
            Pattern.compile(".*/(\\.|f:imagePullPolicy|f:resources|f:terminationMessage.*)");

    @TempDir
    Path folder;

    private record Call(String method, String path, String type, String body) {}

    private static String map(String name, String data) {
        return "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"" + name + "\"},\"data\":" + data
                + "}";
    }

    private static String review(String verb) {
        return "{\"apiVersion\":\"authorization.k8s.io/v1\",\"kind\":\"SelfSubjectAccessReview\",\"spec\":"
                + "{\"resourceAttributes\":{\"verb\":\"" + verb
                + "\",\"group\":\"apps\",\"resource\":\"daemonsets\",\"namespace\":\"lab\"}}}";
    }

    private static List<Call> calls() {
        String by = "?fieldManager=";
        return List.of(
                new Call("POST", "/api/v1/namespaces", JSON, "{\"metadata\":{\"name\":\"lab\"}}"),
                new Call("GET", MAPS + "/none", JSON, ""),
                new Call("POST", "/api/v1/namespaces/nowhere/configmaps", JSON, map("one", "{}")),
                new Call("POST", MAPS + by + "me", JSON, map("one", "{\"a\":\"1\"}")),
                new Call("POST", MAPS + by + "me", JSON, map("one", "{\"a\":\"1\"}")),
                new Call("POST", MAPS, JSON, map("No_Name", "{}")),
                new Call("POST", MAPS, JSON, map("", "{}")),
                new Call("PATCH", MAPS + "/two" + by + "first", APPLY, map("two", "{\"a\":\"1\",\"b\":\"1\"}")),
                new Call("PATCH", MAPS + "/two" + by + "second", APPLY, map("two", "{\"b\":\"1\",\"c\":\"1\"}")),
                new Call("PATCH", MAPS + "/two" + by + "second", APPLY, map("two", "{\"a\":\"2\"}")),
                new Call("PATCH", MAPS + "/two" + by + "third", APPLY, map("two", "{\"a\":\"2\",\"b\":\"2\"}")),
                new Call("PATCH", MAPS + "/two" + by + "second&force=true", APPLY, map("two", "{\"a\":\"2\"}")),
                new Call("PATCH", MAPS + "/two" + by + "first", APPLY, map("two", "{}")),
                new Call("PATCH", MAPS + "/two", APPLY, map("two", "{}")),
                new Call("PATCH", MAPS + "/three" + by + "me&dryRun=All", APPLY, map("three", "{\"a\":\"1\"}")),
                new Call("GET", MAPS + "/three", JSON, ""),
                new Call("PATCH", MAPS + "/none" + by + "me", MERGE, "{\"data\":{\"a\":\"1\"}}"),
                new Call(
                        "PATCH",
                        MAPS + "/two" + by + "merger",
                        MERGE,
                        "{\"data\":{\"a\":\"3\",\"z\":null,\"y\":\"1\"}}"),
                new Call("PATCH", MAPS + "/two" + by + "second", APPLY, map("two", "{\"a\":\"2\"}")),
                new Call("PATCH", MAPS + "/two", "text/plain", "{}"),
                new Call(
                        "PATCH",
                        MAPS + "/two" + by + "json",
                        JSON_PATCH,
                        "[{\"op\":\"replace\",\"path\":\"/data/y\",\"value\":\"2\"},{\"op\":\"add\",\"path\":\"/data/x\",\"value\":\"1\"},"
                                + "{\"op\":\"remove\",\"path\":\"/data/a\"}]"),
                new Call(
                        "PUT",
                        MAPS + "/two",
                        JSON,
                        "{\"metadata\":{\"name\":\"two\",\"resourceVersion\":\"1\"},\"data\":{}}"),
                new Call("PUT", MAPS + "/other", JSON, map("two", "{}")),
                new Call("PATCH", SETS + "/agent" + by + "me", APPLY, SET),
                new Call("PATCH", SETS + "/agent" + by + "me", APPLY, SET),
                new Call("PATCH", SETS + "/agent" + by + "me", APPLY, SET.replace("agent:1", "agent:2")),
                new Call(
                        "PATCH",
                        SETS + "/agent" + by + "other",
                        STRATEGIC,
                        "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"agent\",\"image\":\"agent:3\"},"
                                + "{\"name\":\"second\",\"image\":\"second:1\"}]}}}}"),
                new Call("PATCH", SETS + "/agent" + by + "me", APPLY, SET),
                new Call(
                        "PATCH",
                        SETS + "/agent" + by + "me&force=true",
                        APPLY,
                        SET.replace("\"env\":[{\"name\":\"A\",\"value\":\"1\"}],", "")),
                new Call(
                        "PATCH",
                        SETS + "/agent" + by + "me&force=true",
                        APPLY,
                        SET.replace("{\"app\":\"agent\"}", "{\"app\":\"moved\"}")),
                new Call(
                        "PATCH",
                        SETS + "/wrong" + by + "me",
                        APPLY,
                        SET.replace("\"name\":\"agent\",\"labels\"", "\"name\":\"wrong\",\"labels\"")
                                .replace("\"labels\":{\"app\":\"agent\"}", "\"labels\":{\"app\":\"x\"}")),
                new Call("GET", MAPS + "?fieldSelector=metadata.nonsense%3Dx", JSON, ""),
                new Call("GET", MAPS + "?labelSelector=a%20b%20c", JSON, ""),
                new Call("GET", MAPS + "?limit=1&continue=nonsense", JSON, ""),
                new Call("GET", "/api/v1/nonsense", JSON, ""),
                new Call("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", JSON, review("get")),
                new Call("DELETE", MAPS + "/one", JSON, ""),
                new Call("DELETE", MAPS + "/one", JSON, ""));
    }

    @Test
    void theSameCallsAreAnsweredAlike() throws Exception {
        String lab = System.getenv(VARIABLE);
        assumeTrue(lab != null, VARIABLE + " is not set");
        List<String> simulated;
        try (Lab simulation = new Lab(1)) {
            simulated = run(
                    simulation.kubernetes.clientContext(),
                    simulation.kubernetes.url(simulation.one().id()),
                    "sandbox");
        }
        int port = freePorts();
        script(lab, "start.sh", folder.toString(), Integer.toString(port));
        try {
            List<String> real = run(trusting(folder.resolve("ca.crt")), "https://127.0.0.1:" + port, "admin-token");
            assertThat(String.join("\n", simulated)).isEqualTo(String.join("\n", real));
        } finally {
            script(lab, "stop.sh", folder.toString());
        }
    }

    /** The first of three that are free in a row. */
    private static int freePorts() throws IOException {
        while (true) {
            try (ServerSocket first = new ServerSocket(0);
                    ServerSocket _ = new ServerSocket(first.getLocalPort() + 1);
                    ServerSocket _ = new ServerSocket(first.getLocalPort() + 2)) {
                return first.getLocalPort();
            } catch (IOException | IllegalArgumentException e) {
                // Another one is as good.
            }
        }
    }

    private static void script(String lab, String name, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Path.of(lab, name).toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(180, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    private static SSLContext trusting(Path certificate) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, new char[0]);
        try (var in = Files.newInputStream(certificate)) {
            int number = 0;
            for (var one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                trusted.setCertificateEntry("ca" + number++, one);
            }
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }

    private static List<String> run(SSLContext context, String server, String token) throws Exception {
        List<String> told = new ArrayList<>();
        try (HttpClient client = HttpClient.newBuilder().sslContext(context).build()) {
            told.add("no token: " + send(client, server, "", new Call("GET", MAPS, JSON, "")));
            for (Call call : calls()) {
                told.add(call.method() + " " + call.path() + ": " + send(client, server, token, call));
            }
        }
        return told;
    }

    private static String send(HttpClient client, String server, String token, Call call) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server + call.path()))
                .header("Content-Type", call.type())
                .method(call.method(), HttpRequest.BodyPublishers.ofString(call.body()));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        } else {
            request.header("Authorization", "Bearer nonsense");
        }
        HttpResponse<byte[]> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        return answer.statusCode() + " " + shape(answer.body());
    }

    /** What an answer says, without what is each server's own: names of its versions, times, uids, defaults. */
    private static String shape(byte[] body) throws IOException {
        JsonNode answer = Json.MAPPER.readTree(body);
        if (answer.path("kind").asText().equals("Status")) {
            return status(answer);
        }
        StringBuilder shown = new StringBuilder(answer.path("kind").asText());
        shown.append(" generation ").append(answer.at("/metadata/generation"));
        shown.append(" data ").append(sorted(answer.path("data")));
        for (JsonNode container : answer.at("/spec/template/spec/containers")) {
            shown.append(" ")
                    .append(container.path("name"))
                    .append(container.path("image"))
                    .append(container.path("env"));
        }
        if (answer.path("status").has("allowed")) {
            shown.append(" allowed ").append(answer.at("/status/allowed"));
        }
        List<String> owners = new ArrayList<>();
        answer.at("/metadata/managedFields")
                .forEach(entry -> owners.add(entry.path("manager").asText() + " "
                        + entry.path("operation").asText() + " "
                        + Fields.fromFieldsV1(entry.path("fieldsV1")).stream()
                                .map(path -> String.join("/", path))
                                .filter(path -> !OF_DEFAULTS.matcher(path).matches())
                                .sorted()
                                .toList()));
        owners.removeIf(owner -> owner.startsWith("unknown") || owner.startsWith("Java-http-client"));
        owners.stream().sorted().forEach(owner -> shown.append("\n  ").append(owner));
        return shown.toString();
    }

    /** A refusal or a success; which value is invalid is written in Go by the real one. */
    private static String status(JsonNode answer) {
        List<String> shown = new ArrayList<>();
        shown.add(answer.path("status").asText() + " " + answer.path("code").asText("") + " "
                + answer.path("reason").asText() + " "
                + sayable(answer.path("message").asText()));
        for (String member : List.of("name", "group", "kind")) {
            shown.add(member + "=" + answer.path("details").path(member).asText());
        }
        List<String> causes = new ArrayList<>();
        answer.at("/details/causes")
                .forEach(cause -> causes.add(cause.path("reason").asText() + " "
                        + cause.path("field").asText() + " "
                        + sayable(cause.path("message").asText())));
        causes.stream().sorted().forEach(shown::add);
        return String.join("\n  ", shown);
    }

    private static String sayable(String message) {
        return message.lines()
                .map(line -> line.replaceAll("Invalid value: (map|v1|\\{).*: (.*)$", "Invalid value: … $2")
                        .replaceAll(
                                "(unable to parse requirement:|415: Unsupp|the body of the request was in an unknown).*",
                                "…")
                        .replaceAll("(invalid continue token).*", "$1"))
                .sorted()
                .collect(Collectors.joining(" | "));
    }

    private static String sorted(JsonNode data) {
        return data.properties().stream()
                .map(member -> member.getKey() + "=" + member.getValue().asText())
                .sorted()
                .toList()
                .toString();
    }
}
