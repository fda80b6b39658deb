package dev.kubeproxyfleet.schemas.config;

/**
 * Why a document was refused.
 *
 * @param code stable; one of the constants here
 * @param path JSON pointer into the document, such as {@code /spec/kubeProxy/mode}; empty for the document itself. Below
 *     {@code kubeProxy} it is in the API's spelling, whatever the document's was
 * @param message one sentence for people: where, what was found, what is allowed
 */
public record Problem(String code, String path, String message) {

    /** The bytes are neither one JSON document nor one YAML document that holds an object. */
    public static final String NOT_JSON = "NotJson";

    /** More than {@link FleetConfigReader#MAX_BYTES} bytes. */
    public static final String TOO_LARGE = "TooLarge";

    /** Objects and lists inside each other, more than {@link FleetConfigReader#MAX_DEPTH} of them. */
    public static final String TOO_DEEP = "TooDeep";

    /** One object has a field twice, or under {@code kubeProxy} twice but for case. */
    public static final String DUPLICATE_KEY = "DuplicateKey";

    /** For example text where a number is expected. */
    public static final String WRONG_TYPE = "WrongType";

    /** A field that the contract does not know. */
    public static final String UNKNOWN_FIELD = "UnknownField";

    /** A field that must be there is not. */
    public static final String MISSING_FIELD = "MissingField";

    /** Right type, but not a value that is allowed there. */
    public static final String INVALID_VALUE = "InvalidValue";

    /** Known to the contract but not to this version: honouring less than was asked would be unsafe. */
    public static final String UNSUPPORTED = "Unsupported";

    /** The selector has no part; every cluster is selected by {@code names: ["*"]}, on purpose. */
    public static final String EMPTY_SELECTOR = "EmptySelector";

    /** {@code metadata.name} is another name than that of the record's key or the request's path. */
    public static final String NAME_MISMATCH = "NameMismatch";
}
