package dev.kubeproxyfleet.schemas.reason;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import org.jspecify.annotations.Nullable;

/** Why something is as it is: a {@link Reason} of ours, or a code of Azure's own. In records, stores and answers it is its text. */
public sealed interface ReasonCode permits Reason, AzureCode {

    /** Stable, for programs and for searching. */
    @JsonValue
    String code();

    /**
     * Reads what a record, a store or Azure says. Never fails: the record may be of another version.
     *
     * @return our reason of that text; where we have none, the text as Azure's
     */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static ReasonCode of(String code) {
        Reason ours = Vocabulary.find(code);
        return ours == null ? new AzureCode(code) : ours;
    }

    /** The code of a view that may have none. */
    static @Nullable String text(@Nullable ReasonCode code) {
        return code == null ? null : code.code();
    }
}
