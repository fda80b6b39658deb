package dev.kubeproxyfleet.schemas.reason;

/** Why a request is refused before it is anything's to decide; what is unknown is told by audit records and rejections too. */
public enum RequestReason implements Reason {
    UnknownConfig(404, "No config of that name is in force.", "Run `kpfleet get configs`."),
    UnknownStrategy(404, "No strategy of that name is stored.", "Publish the strategy first."),
    RolloutNotKept(
            404,
            "The rollout ended long ago, and was removed.",
            "Its record in the audit trail has the code `RolloutRemoved`: run `kpfleet audit`."),
    UnknownRollout(404, "There is no such rollout.", "Run `kpfleet get rollouts`."),
    UnknownCluster(404, "The rollout, or the inventory, has no such cluster.", "Run `kpfleet get clusters`."),
    UnknownTarget(404, "No target of notifications has that name.", "Run `kpfleet notify`."),
    AmbiguousCluster(409, "Several clusters have that name.", "Give the ARM resource id; the answer lists them."),
    MissingParameter(400, "The request lacks a parameter."),
    QueryNotValid(400, "A parameter of the query is not what it should be; the message says what can be asked for."),
    ForeignContinue(
            400,
            "`continue` is not of a page of this list: its sort or its selection is another.",
            "Begin with the first page again, without `continue`."),
    PositionUnknown(
            410,
            "What has changed since this position is not known any more, or it is of topics that were since made anew"
                    + " or restored.",
            "Read everything again, without `since` or `Last-Event-ID`."),
    ReplicaBehind(
            503,
            "This replica has not read as far as the position that another one gave.",
            "Ask again in a moment, or another replica."),
    InvalidBody(400, "The body of the request is not what it should be; the message says what is."),
    InvalidRequest(400, "A request for a new cluster makes no sense; the message says why."),
    UnsupportedMediaType(
            415,
            "The body is announced as something that is not taken.",
            "Send `Content-Type: application/json`, or `application/yaml` for a configuration."),
    LoginRequired(
            401,
            "There is a login, and the request comes without a token or session.",
            "Run `kpfleet login`, or log in at the dashboard."),
    TokenNotValid(
            401,
            "The request comes with a token that is not taken: it has ended, is of another issuer, or for another service.",
            "Run `kpfleet login` again."),
    NotPermitted(
            403,
            "No role of the caller permits it, or not for all clusters that it is about; the message says which would. On Kafka the caller is whoever may write to the topic.",
            "Run `kpfleet whoami` to see what you are; `kpfleet.access.kafka-grants` says what whoever writes to a topic is."),
    TooManyGroups(
            403,
            "The issuer leaves the caller's groups out of the token, because they are too many.",
            "Give roles of the application, and set `kpfleet.access.role-claim` to their claim."),
    OwnPublication(
            403,
            "Who has published a configuration may not approve it, by `kpfleet.access.separation-of-duties`.",
            "Ask another approver."),
    PublisherUnknown(
            403,
            "Nobody can tell who has published what is to be approved, because it came by Kafka; by"
                    + " `kpfleet.access.separation-of-duties` it might be whoever approves it.",
            "Have it aborted and rerun with a login, by `kpfleet abort` and `kpfleet rerun`, and approve that; or set"
                    + " `kpfleet.access.separation-of-duties=false`."),
    ForeignOrigin(403, "The request comes from a page of elsewhere.", "Use the dashboard of this service."),
    ForeignHost(
            421,
            "The request is to a host that is not in `kpfleet.api.allowed-hosts`; this holds for the page, streams,"
                    + " health and metrics too.",
            "Add the host there."),
    NotExposed(
            403,
            "The request comes from another machine, and `kpfleet.api.exposed` is not set; health and metrics are"
                    + " answered all the same.",
            "Connect by `kubectl port-forward`, or set `kpfleet.api.exposed` with a login (`kpfleet.access.login`)."),
    HttpsRequired(
            403,
            "The request comes from another machine by plain HTTP, and the service has a certificate (`kpfleet.api.tls`);"
                    + " health and metrics are answered all the same.",
            "Name the service by `https://`, and log in again if a token was sent."),
    BadHost(400, "The request has no header `Host`, several, or one that is no name and no address."),
    LengthRequired(400, "The body of the request comes with `Transfer-Encoding`.", "Send `Content-Length` alone."),
    BodyTooLarge(413, "The body of the request is larger than `quarkus.http.limits.max-body-size` (1 MiB)."),
    BodyTooSlow(408, "The body of the request was not here in full within `kpfleet.api.body-timeout` (10 s)."),
    TooManyBytes(
            503,
            "The bodies of all requests together fill `kpfleet.api.max-bytes-in-flight` (16 MiB).",
            "Try again in a moment."),
    TooManyStreams(503, "`kpfleet.api.max-subscribers` (200) event streams are open.", "Try again later."),
    TooManyRequests(429, "Too many requests wait for an answer already.", "Ask again in a few seconds."),
    TooManyOwnChanges(
            429,
            "The caller has sent as many requests that change or plan something as one caller may within a minute,"
                    + " `kpfleet.api.max-changes-per-caller` (120).",
            "Ask again after the seconds that the header `Retry-After` names."),
    TooManyOwnStreams(
            429,
            "As many event streams of the caller are open as one caller may have, `kpfleet.api.max-subscribers-per-caller`"
                    + " (20).",
            "Close one."),
    KafkaUnavailable(
            503,
            "Kafka did not take the request, or did not give what was asked for; nothing was done.",
            "Ask again later.");

    private final int status;
    private final Words words;

    RequestReason(int status, String meaning) {
        this.status = status;
        words = new Words(meaning, null);
    }

    RequestReason(int status, String meaning, String helps) {
        this.status = status;
        words = new Words(meaning, helps);
    }

    /** Of HTTP. */
    public int status() {
        return status;
    }

    @Override
    public Words words() {
        return words;
    }
}
