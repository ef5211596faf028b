{{/* The variables of the service, which win over those of the secrets; nothing where there are none. */}}
{{- define "mlt.serviceVariables" -}}
{{- if or .Values.env .Values.tlsSecret .Values.spool.persistent -}}
env:
  {{- range $name, $value := .Values.env }}
  - name: {{ $name | quote }}
    value: {{ $value | quote }}
  {{- end }}
  {{- if .Values.tlsSecret }}
  {{- include "mlt.tlsVariables" . | nindent 2 }}
  {{- end }}
  {{- if .Values.spool.persistent }}
  # Each pod has a folder of its name.
  - name: POD_NAME
    valueFrom:
      fieldRef:
        fieldPath: metadata.name
  {{- end }}
{{- end }}
{{- end }}
