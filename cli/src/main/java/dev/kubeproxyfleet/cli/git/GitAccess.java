package dev.kubeproxyfleet.cli.git;

import java.util.Optional;
import org.eclipse.jgit.transport.CredentialItem;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.URIish;

/**
 * The token for one host, which no other host is shown, wherever it leads us.
 *
 * @param user a host that wants a token in the place of a password ignores it, or says which it wants
 */
record GitAccess(String host, String user, GitRepository.Token token) {

    CredentialsProvider provider() {
        return new Provider();
    }

    private final class Provider extends CredentialsProvider {

        @Override
        public boolean isInteractive() {
            return false;
        }

        @Override
        public boolean supports(CredentialItem... items) {
            for (CredentialItem item : items) {
                if (!(item instanceof CredentialItem.Username || item instanceof CredentialItem.Password)) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public boolean get(URIish uri, CredentialItem... items) {
            if (!host.equals(uri.getHost()) || !GitAddress.isPrivate(uri)) {
                return false;
            }
            Optional<String> secret;
            try {
                secret = token.get();
            } catch (GitException e) {
                return false;
            }
            if (secret.isEmpty() || !supports(items)) {
                return false;
            }
            for (CredentialItem item : items) {
                switch (item) {
                    case CredentialItem.Username name -> name.setValue(user);
                    case CredentialItem.Password password ->
                        password.setValue(secret.get().toCharArray());
                    default -> throw new IllegalStateException("an item that is not supported");
                }
            }
            return true;
        }
    }
}
