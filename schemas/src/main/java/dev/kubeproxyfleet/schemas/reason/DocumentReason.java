package dev.kubeproxyfleet.schemas.reason;

/** What is wrong with a document; its path says where. */
public enum DocumentReason implements Reason {
    NotJson("The bytes are neither one JSON document nor one YAML document that holds an object."),
    TooLarge(
            "A document has more than 256 KiB, as it was sent or with its defaults filled in, or a record's value more than 1 MiB once it is unpacked.",
            "Publish a smaller one."),
    TooDeep("Objects and lists are inside each other more deeply than a FleetConfig needs."),
    DuplicateKey("One object has a field twice, or under `kubeProxy` twice but for case."),
    WrongType("A value has another type than its field, such as text where a number is expected."),
    UnknownField("The contract does not know the field."),
    MissingField("A field that must be there is not."),
    InvalidValue(
            "The value has the right type and is not allowed there; of a key, id or name: it has control characters, or nothing can have that name.",
            "Use a value that is allowed; the message names them."),
    EmptySelector("The selector has no part.", "To select every cluster on purpose, say `names: [\"*\"]`."),
    NameMismatch(
            "`metadata.name` is another name than that of the record's key or the request's path.", "Use one name.");

    private final Words words;

    DocumentReason(String meaning) {
        words = new Words(meaning, null);
    }

    DocumentReason(String meaning, String helps) {
        words = new Words(meaning, helps);
    }

    @Override
    public Words words() {
        return words;
    }
}
