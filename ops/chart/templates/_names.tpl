{{/* What pods are chosen by: it must not change from one revision to the next. */}}
{{- define "mlt.selector" -}}
app.kubernetes.io/name: mlt
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/component: service
{{- end }}

{{/* Of pods: without the chart, so that another one does not restart them. Takes root and component. */}}
{{- define "mlt.podLabels" -}}
app.kubernetes.io/name: mlt
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
app.kubernetes.io/component: {{ .component }}
app.kubernetes.io/version: {{ .root.Values.model.version | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service | quote }}
app.kubernetes.io/part-of: {{ .root.Values.model.name | quote }}
{{- end }}

{{/* Of every object of the service. */}}
{{- define "mlt.labels" -}}
{{ include "mlt.podLabels" (dict "root" . "component" "service") }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{/* The scheme that pods speak, which is the name of their port too. */}}
{{- define "mlt.scheme" -}}
{{ if .Values.tlsSecret }}https{{ else }}http{{ end }}
{{- end }}

{{- define "mlt.image" -}}
{{ printf "%s@%s" .Values.image.repository .Values.image.digest }}
{{- end }}

{{/* The fewest pods that there are meant to be. */}}
{{- define "mlt.fewestPods" -}}
{{ if .Values.autoscaling.enabled }}{{ .Values.autoscaling.minReplicas }}{{ else }}{{ .Values.replicas }}{{ end }}
{{- end }}
