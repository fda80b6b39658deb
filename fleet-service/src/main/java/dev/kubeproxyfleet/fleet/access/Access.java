package dev.kubeproxyfleet.fleet.access;

import static java.util.stream.Collectors.joining;

import dev.kubeproxyfleet.schemas.access.Caller;
import dev.kubeproxyfleet.schemas.access.Grant;
import dev.kubeproxyfleet.schemas.access.Permission;
import dev.kubeproxyfleet.schemas.access.Role;
import dev.kubeproxyfleet.schemas.config.Selector;
import dev.kubeproxyfleet.schemas.text.Count;
import java.util.List;

/** Decides what a caller may do. */
public final class Access {

    /** Clusters that a refusal names. */
    private static final int MAX_NAMED = 5;

    private Access() {}

    public static Decision decide(Caller caller, Demand demand) {
        return decide(caller, demand.permission(), demand.reach());
    }

    public static Decision decide(Caller caller, Permission permission, Reach reach) {
        if (!caller.login()) {
            return new Decision.Permitted("there is no login, so whoever can connect may do everything");
        }
        List<Grant> grants = caller.grants().stream()
                .filter(grant -> grant.role().permits(permission))
                .toList();
        if (grants.isEmpty()) {
            return new Decision.Refused(needs(permission) + "; " + caller.name() + " is " + text(caller.grants()));
        }
        return switch (reach) {
            case Reach.Nothing _ -> permitted(grants);
            case Reach.Fleet _ ->
                grants.stream().anyMatch(Access::isForAll)
                        ? permitted(grants)
                        : new Decision.Refused(needs(permission) + " for the whole fleet; " + caller.name() + " is "
                                + text(caller.grants()));
            case Reach.Clusters(List<Reach.Target> clusters) -> decide(grants, clusters);
            case Reach.Selected(Selector selector, List<Reach.Target> now) ->
                switch (decide(grants, now)) {
                    case Decision.Refused refused -> refused;
                    case Decision.Permitted permitted ->
                        grants.stream().anyMatch(grant -> isWithin(selector, grant))
                                ? permitted
                                : new Decision.Refused("the selector could select other clusters later than "
                                        + text(grants) + " is for; have matchLabels of its tags hold "
                                        + labels(grants.getFirst()));
                };
        };
    }

    private static Decision decide(List<Grant> grants, List<Reach.Target> clusters) {
        List<Reach.Target> beyond = clusters.stream()
                .filter(cluster -> grants.stream().noneMatch(grant -> covers(grant, cluster)))
                .toList();
        return beyond.isEmpty()
                ? permitted(grants)
                : new Decision.Refused("it reaches beyond " + text(grants) + ", to "
                        + Count.of(beyond.size(), "other cluster") + ": "
                        + beyond.stream()
                                .limit(MAX_NAMED)
                                .map(Reach.Target::name)
                                .collect(joining(", "))
                        + (beyond.size() > MAX_NAMED ? ", …" : ""));
    }

    private static boolean covers(Grant grant, Reach.Target cluster) {
        return isForAll(grant) || cluster.tags() != null && grant.covers(cluster.tags());
    }

    /** Whatever it selects, now or later, has the tags of the bound. */
    private static boolean isWithin(Selector selector, Grant grant) {
        return grant.covers(selector.tags().matchLabels());
    }

    private static boolean isForAll(Grant grant) {
        return grant.bound().isEmpty();
    }

    private static Decision permitted(List<Grant> grants) {
        return new Decision.Permitted("permitted by " + text(grants));
    }

    private static String needs(Permission permission) {
        return "'" + permission.text() + "' needs the role "
                + Role.permitting(permission).stream().map(Role::text).collect(joining(" or "));
    }

    private static String labels(Grant grant) {
        return grant.bound().stream()
                .map(tag -> tag.name() + ": " + tag.value())
                .collect(joining(", "));
    }

    private static String text(List<Grant> grants) {
        return grants.isEmpty()
                ? "nothing here"
                : grants.stream().map(Grant::text).collect(joining(" and "));
    }
}
