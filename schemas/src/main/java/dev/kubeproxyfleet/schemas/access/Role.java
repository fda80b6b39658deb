package dev.kubeproxyfleet.schemas.access;

import static dev.kubeproxyfleet.schemas.access.Permission.Abort;
import static dev.kubeproxyfleet.schemas.access.Permission.Answer;
import static dev.kubeproxyfleet.schemas.access.Permission.Approve;
import static dev.kubeproxyfleet.schemas.access.Permission.Delete;
import static dev.kubeproxyfleet.schemas.access.Permission.Pause;
import static dev.kubeproxyfleet.schemas.access.Permission.Plan;
import static dev.kubeproxyfleet.schemas.access.Permission.Promote;
import static dev.kubeproxyfleet.schemas.access.Permission.Publish;
import static dev.kubeproxyfleet.schemas.access.Permission.Reject;
import static dev.kubeproxyfleet.schemas.access.Permission.Rerun;
import static dev.kubeproxyfleet.schemas.access.Permission.Resume;
import static dev.kubeproxyfleet.schemas.access.Permission.Retry;
import static dev.kubeproxyfleet.schemas.access.Permission.Rollback;
import static dev.kubeproxyfleet.schemas.access.Permission.Skip;
import static dev.kubeproxyfleet.schemas.access.Permission.View;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What somebody is to the fleet. Each role may see everything; beyond that none but {@link #Admin} includes another. */
public enum Role {
    Viewer(View),
    /** Keeps rollouts going, holds them up and takes them back. */
    Operator(View, Pause, Resume, Abort, Retry, Skip, Rollback, Answer),
    /** Says what clusters are to have. */
    Publisher(View, Plan, Publish, Delete, Rerun),
    /** Lets a stage begin, or a bake end early. */
    Approver(View, Approve, Reject, Promote),
    /** All of it, and what concerns subscriptions and safety as such. */
    Admin(Permission.values());

    private final Set<Permission> permissions;

    Role(Permission... permissions) {
        this.permissions = EnumSet.copyOf(Arrays.asList(permissions));
    }

    public boolean permits(Permission permission) {
        return permissions.contains(permission);
    }

    /** The roles that permit it, the least powerful first. */
    public static List<Role> permitting(Permission permission) {
        return Arrays.stream(values()).filter(role -> role.permits(permission)).toList();
    }

    /** As claims and settings write it: {@code operator}. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Empty if there is none of this text. */
    public static Optional<Role> parse(String text) {
        return Arrays.stream(values()).filter(each -> each.text().equals(text)).findFirst();
    }
}
