{{/* What the pods of the service and of the test have in common. */}}
{{- define "mlt.podIdentity" -}}
serviceAccountName: {{ .Release.Name | quote }}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . | quote }}
  {{- end }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
{{- end }}

{{/* What the containers of both have in common. */}}
{{- define "mlt.container" -}}
image: {{ include "mlt.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
resources:
  {{- toYaml .Values.resources | nindent 2 }}
{{- with .Values.secrets }}
envFrom:
  {{- range . }}
  - secretRef:
      name: {{ . | quote }}
  {{- end }}
{{- end }}
{{- end }}

{{/* Where the certificate is; the pod of the test only learns by it that the service speaks HTTPS. */}}
{{- define "mlt.tlsVariables" -}}
- name: MLT_SERVE__TLS_CERT_FILE
  value: /run/secrets/mlt/tls/tls.crt
- name: MLT_SERVE__TLS_KEY_FILE
  value: /run/secrets/mlt/tls/tls.key
{{- end }}

{{- define "mlt.configMount" -}}
- name: config
  mountPath: /app/config.yaml
  subPath: config.yaml
  readOnly: true
{{- end }}

{{- define "mlt.configVolume" -}}
- name: config
  configMap:
    name: {{ .Release.Name | quote }}
{{- end }}
