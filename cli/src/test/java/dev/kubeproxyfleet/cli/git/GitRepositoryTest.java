package dev.kubeproxyfleet.cli.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.StoredConfig;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read of repositories on this machine and elsewhere. */
class GitRepositoryTest {

    private static final int MAX_BYTES = 100;

    private final Path folder;
    private final GitLab lab;

    GitRepositoryTest(@TempDir Path folder) {
        this.folder = folder;
        lab = GitLab.in(folder.resolve("lab"));
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private static GitTree read(String written, @Nullable String ref, @Nullable String token, String... paths)
            throws GitException {
        try (GitRepository repository = GitRepository.at(written, "git", () -> Optional.ofNullable(token))) {
            return repository.read(ref, files(paths));
        }
    }

    private static GitFiles files(String... paths) {
        return new GitFiles(paths.length == 0 ? List.of("") : List.of(paths), MAX_BYTES);
    }

    private static List<String> paths(GitTree tree) {
        return tree.files().stream().map(GitTree.GitFile::path).toList();
    }

    @Test
    void documentsAreReadAndWhatIsHiddenIsNot() throws GitException {
        String commit = lab.commit(
                "Begin here",
                Map.of(
                        "fleet/prod.yaml", "a: 1",
                        "fleet/deep/dev.yml", "b: 2",
                        "fleet/x.json", "{}",
                        "fleet/README.md", "no",
                        "fleet/.hidden.yaml", "no",
                        ".github/workflow.yaml", "no",
                        "other/y.yaml", "c: 3"));

        GitTree tree = read(lab.folder().toString(), null, null, "./fleet/");

        assertThat(paths(tree)).containsExactly("fleet/deep/dev.yml", "fleet/prod.yaml", "fleet/x.json");
        assertThat(tree.paths())
                .containsExactlyInAnyOrder("fleet/deep/dev.yml", "fleet/prod.yaml", "fleet/x.json", "other/y.yaml");
        assertThat(tree.files().get(1).content()).isEqualTo("a: 1".getBytes(StandardCharsets.UTF_8));
        assertThat(tree.files().get(1).blob()).isEqualTo(lab.blob(commit, "fleet/prod.yaml"));
        assertThat(tree.commit()).isEqualTo(commit);
        assertThat(tree.author()).isEqualTo("ada@example.org");
        assertThat(tree.subject()).isEqualTo("Begin here");
        assertThat(tree.ref()).isEqualTo("main");
        assertThat(tree.repository()).isEqualTo(lab.name());
    }

    @Test
    void aPathIsAFolderOrAFileAndNoBeginningOfAName() throws GitException {
        lab.commit("Begin", Map.of("a/x.yaml", "", "a-b/x.yaml", "", "c.yaml", ""));
        assertThat(paths(read(lab.folder().toString(), null, null, "a", "c.yaml")))
                .containsExactly("a/x.yaml", "c.yaml");
    }

    @Test
    void whatIsNotCommittedIsNotRead() throws GitException, IOException {
        lab.commit("Begin", Map.of("prod.yaml", "a: 1"));
        Files.writeString(lab.folder().resolve("prod.yaml"), "a: 2");
        Files.writeString(lab.folder().resolve("new.yaml"), "b: 1");

        assertThat(read(lab.folder().toString(), null, null).files())
                .singleElement()
                .satisfies(file -> assertThat(file.content()).isEqualTo("a: 1".getBytes(StandardCharsets.UTF_8)));
    }

    /** One byte more shows that it is too large. */
    @Test
    void aLargeFileIsCut() throws GitException {
        lab.commit("Begin", Map.of("prod.yaml", "x".repeat(10_000)));
        assertThat(read(lab.folder().toString(), null, null).files().getFirst().content())
                .hasSize(MAX_BYTES + 1);
    }

    @Test
    void aLinkIsNotFollowed() throws GitException, IOException {
        Files.createSymbolicLink(lab.folder().resolve("link.yaml"), Path.of("/etc/passwd"));
        lab.commit("Begin", Map.of("prod.yaml", "a: 1"));
        assertThat(paths(read(lab.folder().toString(), null, null))).doesNotContain("link.yaml");
    }

    @Test
    void tooManyDocumentsAreRefused() {
        lab.commit(
                "Begin",
                IntStream.rangeClosed(0, GitFiles.MAX_FILES)
                        .boxed()
                        .collect(Collectors.toMap(i -> "d" + i + ".yaml", i -> "a: " + i)));
        assertThatThrownBy(() -> read(lab.folder().toString(), null, null)).hasMessageContaining("--path");
    }

    @Test
    void aBranchATagAndACheckoutOfNoBranchAreRead() throws GitException, GitAPIException {
        String first = lab.commit("Begin", Map.of("prod.yaml", "a: 1"));
        lab.git().tag().setName("v1").setSigned(false).setAnnotated(false).call();
        lab.commit("Change", Map.of("prod.yaml", "a: 2"));
        String folder = lab.folder().toString();

        assertThat(read(folder, "v1", null).commit()).isEqualTo(first);
        assertThat(read(folder, "v1", null).ref()).isEqualTo("v1");
        assertThat(read(folder, "main", null).ref()).isEqualTo("main");
        lab.git().checkout().setName(first).call();
        assertThat(read(folder, null, null).ref()).isEqualTo("HEAD");
        assertThat(read(folder, null, null).commit()).isEqualTo(first);
    }

    /** So a pipeline's checkout is the same repository as the one that is watched. */
    @ParameterizedTest
    @CsvSource({
        "https://git.example/team/fleet.git, git.example/team/fleet",
        "https://bot:secret@git.example/team/fleet/, git.example/team/fleet",
        "git@git.example:team/fleet.git, git.example/team/fleet",
        "ssh://git@git.example:2222/team/fleet.git, git.example:2222/team/fleet",
        "/srv/git/fleet.git, /srv/git/fleet"
    })
    void aCloneIsCalledAsWhatItWasClonedFrom(String url, String name) throws Exception {
        lab.commit("Begin", Map.of("prod.yaml", "a: 1"));
        StoredConfig config = lab.repository().getConfig();
        config.setString("remote", "origin", "url", url);
        config.save();

        assertThat(read(lab.folder().toString(), null, null).repository()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ssh://git.example/fleet", "git@git.example:fleet", "git://git.example/fleet", "no/such/folder"})
    void whatCannotBeReadIsRefusedWithAWord(String written) {
        assertThatThrownBy(() -> read(written, null, null))
                .isInstanceOfSatisfying(
                        GitException.class, e -> assertThat(e.isUsage()).isTrue())
                .hasMessageContaining("https://");
    }

    @Test
    void aFolderWithoutARepositoryIsSaid() {
        assertThatThrownBy(() -> read(folder.toString(), null, null)).hasMessageContaining("is in no Git repository");
        assertThatThrownBy(() -> read(lab.folder().toString(), null, null)).hasMessageContaining("no commit at HEAD");
    }

    @Test
    void aRepositoryElsewhereIsReadAndFetchedAgainOnlyOnceItHasChanged() throws GitException {
        lab.commit("Begin", Map.of("prod.yaml", "a: 1"));
        String second = lab.commit("Change", Map.of("prod.yaml", "a: 2"));
        try (GitServer server = new GitServer(lab.repository(), null);
                GitRepository repository = GitRepository.at(server.address(), "git", Optional::empty)) {
            GitTree tree = repository.read(null, files());
            assertThat(tree.commit()).isEqualTo(second);
            assertThat(tree.ref()).isEqualTo("main");
            assertThat(tree.repository()).isEqualTo(server.host() + "/team/fleet");
            assertThat(tree.files())
                    .singleElement()
                    .satisfies(file -> assertThat(file.blob()).isEqualTo(lab.blob(second, "prod.yaml")));

            int asked = server.asked().size();
            assertThat(repository.read(null, files()).commit()).isEqualTo(second);
            int lookedAgain = server.asked().size() - asked;
            lab.setBack(1);
            String other = lab.commit("Otherwise", Map.of("prod.yaml", "a: 3"));
            asked = server.asked().size();
            assertThat(repository.read("main", files()).commit()).isEqualTo(other);
            assertThat(server.asked().size() - asked).as("fetching asks more").isGreaterThan(lookedAgain);
        }
    }

    /** As at a wrong address, where some page is shown for everything. */
    @Test
    void aServerThatSpeaksNoGitIsSaid() throws IOException {
        HttpServer pages = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        pages.createContext("/", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, 5);
            exchange.getResponseBody().write("hello".getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        pages.start();
        try {
            String address = "http://127.0.0.1:" + pages.getAddress().getPort() + "/fleet.git";
            assertThatThrownBy(() -> read(address, null, null))
                    .isInstanceOf(GitException.class)
                    .hasMessageContaining(address);
        } finally {
            pages.stop(0);
        }
    }

    @Test
    void aTagElsewhereIsRead() throws GitException, GitAPIException {
        String first = lab.commit("Begin", Map.of("prod.yaml", "a: 1"));
        lab.git()
                .tag()
                .setName("v1")
                .setAnnotated(true)
                .setSigned(false)
                .setMessage("One")
                .call();
        lab.commit("Change", Map.of("prod.yaml", "a: 2"));
        try (GitServer server = new GitServer(lab.repository(), null)) {
            assertThat(read(server.address(), "v1", null).commit()).isEqualTo(first);
            assertThatThrownBy(() -> read(server.address(), "v2", null))
                    .hasMessageContaining("no branch and no tag v2");
        }
    }

    @Test
    void theTokenIsShownToTheServerThatWantsOne() throws GitException {
        String commit = lab.commit("Begin", Map.of("prod.yaml", "a: 1"));
        try (GitServer server = new GitServer(lab.repository(), "s3cret")) {
            assertThat(read(server.address(), null, "s3cret").commit()).isEqualTo(commit);
            assertThatThrownBy(() -> read(server.address(), null, "wrong"))
                    .isInstanceOfSatisfying(
                            GitException.class, e -> assertThat(e.isUsage()).isFalse())
                    .hasMessageNotContaining("wrong");
            assertThatThrownBy(() -> read(server.address(), null, null)).hasMessageContaining("the token");
        }
    }

    @Test
    void nothingIsReadWhereOthersCouldChangeItAndNoLoginIsInAnAddress() {
        assertThatThrownBy(() -> read("http://git.example/fleet.git", null, null))
                .hasMessageContaining("name the repository by https");
        assertThatThrownBy(() -> read("https://ada:s3cret@git.example/fleet.git", null, null))
                .hasMessageContaining("--git-token-file")
                .hasMessageNotContaining("s3cret");
    }
}
