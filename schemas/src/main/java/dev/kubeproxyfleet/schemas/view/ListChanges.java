package dev.kubeproxyfleet.schemas.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * What of a list has changed since a position, in place of the list.
 *
 * @param changed rows as the list has them; some of them may be as they were
 * @param gone ids of rows that the list does not have, or not any more
 */
public record ListChanges(List<JsonNode> changed, List<String> gone) {}
