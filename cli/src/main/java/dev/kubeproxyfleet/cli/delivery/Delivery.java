package dev.kubeproxyfleet.cli.delivery;

import java.util.List;
import java.util.SortedMap;

/** What brings manifests into clusters. */
public enum Delivery {
    /** {@code kubectl apply}: one file for each cluster. */
    kubectl,
    /** {@code kubectl apply -k}: a base, and an overlay for each cluster. */
    kustomize,
    /** {@code helm upgrade}: the chart, and values for each cluster. */
    helm,
    /** Flux in each cluster: one HelmRelease, and a Kustomization for each cluster. */
    flux,
    /** Argo CD: an ApplicationSet. */
    argocd,
    /** Azure Kubernetes Fleet Manager with a hub cluster: what is placed, where, and what differs. */
    fleet;

    /** Whether the chart must be in a repository, since this delivery fetches it from there. */
    public boolean fetchesChart() {
        return this == flux || this == argocd;
    }

    /**
     * The same files for the same order, each time.
     *
     * @throws IllegalArgumentException if this delivery cannot do it; the message is for people
     */
    public Written write(Order order) {
        return switch (this) {
            case kubectl -> KubectlFiles.of(order);
            case kustomize -> KustomizeFiles.of(order);
            case helm -> HelmFiles.of(order);
            case flux -> FluxFiles.of(order);
            case argocd -> ArgoCdFiles.of(order);
            case fleet -> FleetManagerFiles.of(order);
        };
    }

    /**
     * @param files contents by path below the folder that they go into
     * @param next what to do with them, a command or a sentence a line; {@code DIR} stands for the folder
     */
    public record Written(SortedMap<String, String> files, List<String> next) {

        /** What {@code next} has in place of the folder. */
        public static final String FOLDER = "DIR";

        public Written {
            next = List.copyOf(next);
        }
    }
}
