package dev.kubeproxyfleet.schemas.reason;

/** Why a record is refused, or was left out. */
public enum RecordReason implements Reason {
    KeyMismatch(
            "The key of the record and the name in its document differ.", "Publish the document under its own name."),
    KeyNotText("The key is no UTF-8 text.", "Publish the record under the name of its config."),
    MissingKey("A deletion needs the name of a config as its key.", "Publish it with a key."),
    MissingData("The CloudEvent carries no data.", "Publish it with data."),
    NotACloudEvent(
            "The record announces a CloudEvent and is none.", "Set the attributes that CloudEvents 1.0 requires."),
    UnexpectedEventType(
            "The CloudEvent is of a type that this topic does not take.",
            "Publish it with the type that the topic takes."),
    ConfluentWireFormat(
            "The value begins with Confluent's magic byte 0 and a schema's id.",
            "Publish plain JSON: `StringSerializer`, or in Kafka Connect `JsonConverter` with `value.converter.schemas.enable=false`."),
    ConnectEnvelope(
            "The value is Kafka Connect's `{\"schema\": …, \"payload\": …}`.",
            "Set `value.converter.schemas.enable=false`."),
    BatchedCloudEvents(
            "The value is a JSON array of CloudEvents (`application/cloudevents-batch+json`).",
            "Publish each event in a record of its own, under its own key."),
    TooLong(
            "A name has more than 63 characters, an event's id or a command's more than 256, its `source` more than 512, or a resource id more than 512; the header `kpfleet-path` says which.",
            "Publish it with a shorter one."),
    NotReadable("A record on `commands` or `outcomes` is no such message.", "Send commands by `kpfleet` or REST."),
    UnexpectedTombstone("A record on `commands` or `outcomes` has no value.", "Send commands by `kpfleet` or REST."),
    VoucherNotValid(
            "The record carries the mark of what the service has published for a caller of its API (`kpfleetvoucher`), and it is not of this record: somebody has copied or changed it, or `kpfleet.access.session-secret` has been replaced since.",
            "Ask again by `kpfleet` or REST, or publish without `kpfleetvoucher`; if nobody has replaced the secret, find out who writes to the topic."),
    VoucherOutdated(
            "The service has published the record for a caller of its API, and a later one for the same name has been taken since: somebody has written it once more, or it was long under way.",
            "Look at what is in force, and ask again if it is still wanted."),
    OutputTooLarge(
            "The service left out a record that its topic would not have taken, and says so in the audit trail; this is a fault of the service.",
            "Report it.");

    private final Words words;

    RecordReason(String meaning, String helps) {
        words = new Words(meaning, helps);
    }

    @Override
    public Words words() {
        return words;
    }
}
