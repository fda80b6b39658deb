{{- define "fleet.labels" -}}
app.kubernetes.io/name: kubeproxy-fleet
app.kubernetes.io/part-of: kubeproxy-fleet
{{- end }}

{{- define "fleet.sasl" -}}
{{- if hasPrefix "SASL_" .Values.kafka.securityProtocol }}true{{ end }}
{{- end }}

{{- define "fleet.tlsSecret" -}}
{{- .Values.ingress.tlsSecret | default (ternary "kubeproxy-fleet-tls" "" .Values.certificate.enabled) }}
{{- end }}

{{- /* Names under which the API is answered. */}}
{{- define "fleet.hosts" -}}
{{- $service := printf "kubeproxy-fleet.%s" .Release.Namespace }}
{{- $own := list "localhost" "127.0.0.1" "[::1]" "kubeproxy-fleet" $service (printf "%s.svc" $service) (printf "%s.svc.cluster.local" $service) }}
{{- concat $own .Values.api.hosts | join "," }}
{{- end }}

{{- /* The pods of namespaces, by their names. */}}
{{- define "fleet.fromNamespaces" -}}
- namespaceSelector:
    matchExpressions:
      - key: kubernetes.io/metadata.name
        operator: In
        values:
          {{- toYaml . | nindent 10 }}
{{- end }}
