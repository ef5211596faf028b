#!/usr/bin/env bash
# What Elasticsearch calls things.
export administrator="elastic" anti_forgery="kbn-xsrf"
