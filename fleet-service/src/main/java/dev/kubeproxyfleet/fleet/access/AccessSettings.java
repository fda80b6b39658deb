package dev.kubeproxyfleet.fleet.access;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who may use the API. The settings of OpenID Connect, {@code quarkus.oidc}, are made of these. */
@ConfigMapping(prefix = "kpfleet.access")
public interface AccessSettings {

    /**
     * Whether the API and the dashboard demand a login. Health and metrics do not.
     *
     * @since 0.2.0
     */
    @WithDefault("false")
    boolean login();

    /**
     * Issuer of tokens, an OpenID provider, without {@code /.well-known/openid-configuration}. For Microsoft Entra ID
     * {@code https://login.microsoftonline.com/<tenant>/v2.0}.
     *
     * @since 0.2.0
     */
    Optional<String> issuer();

    /**
     * What the issuer calls the dashboard: the id of an application with the redirect address {@code https://<host>/login}.
     *
     * @since 0.2.0
     */
    Optional<String> clientId();

    /**
     * The dashboard's secret at the issuer; unset for a public client.
     *
     * @since 0.2.0
     */
    Optional<String> clientSecret();

    /**
     * What the dashboard asks the issuer for, beside {@code openid}. Without {@code offline_access}, which some issuers refuse, a person
     * logs in again as often as the issuer wants it.
     *
     * @since 0.2.0
     */
    @WithDefault("profile,offline_access")
    List<String> scopes();

    /**
     * For whom an access token must be, by its claim {@code aud}; unset for {@code client-id}.
     *
     * @since 0.2.0
     */
    Optional<List<String>> audience();

    /**
     * What the issuer calls the command line, a public client; unset for {@code client-id}.
     *
     * @since 0.2.0
     */
    Optional<String> cliClientId();

    /**
     * What the command line asks the issuer for. For Microsoft Entra ID it needs the API's own scope too,
     * {@code api://<client-id>/access}.
     *
     * @since 0.2.0
     */
    @WithDefault("openid,profile,offline_access")
    List<String> cliScopes();

    /**
     * Whether people reach the dashboard by https, whose certificate is here or at a proxy before it. Cookies are for https only then.
     *
     * @since 0.2.0
     */
    @WithDefault("true")
    boolean https();

    /**
     * Encrypts the sessions of the dashboard, and lets replicas know again on Kafka what one of them has taken from somebody who may ask
     * for it: 32 characters or more, the same on every replica, and another one for each installation. Needed with a login.
     *
     * @since 0.2.0
     */
    Optional<String> sessionSecret();

    /**
     * The claim with a person's name for the audit trail.
     *
     * @since 0.2.0
     */
    @WithDefault("preferred_username")
    String nameClaim();

    /**
     * The claim with roles or groups; a path with slashes leads into objects, such as {@code realm_access/roles}.
     *
     * @since 0.2.0
     */
    @WithDefault("roles")
    String roleClaim();

    /**
     * Whether the access token says who a person at the dashboard is, and which roles they have, as it does of programs; else the ID token
     * does. The access token must be for this service (`audience`): from Microsoft Entra ID one is only if `scopes` has the API's own
     * scope, and from Keycloak if a mapper says so.
     *
     * @since 0.2.0
     */
    @WithDefault("false")
    boolean rolesFromAccessToken();

    /**
     * What a role or group of the claim grants: {@code viewer}, {@code operator}, {@code publisher}, {@code approver} or
     * {@code admin}, each for the whole fleet or, as {@code publisher:env=dev}, for the clusters with an Azure tag. Where none is
     * given, the claim's values are read as such.
     *
     * @since 0.2.0
     */
    Map<String, List<String>> grants();

    /**
     * Whether who has published a configuration is kept from approving its rollout. Where nobody knows who has, because it came by Kafka,
     * everybody is.
     *
     * @since 0.2.0
     */
    @WithDefault("true")
    boolean separationOfDuties();
}
