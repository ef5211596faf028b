#!/usr/bin/env bash
# What OpenSearch calls things.
export administrator="admin" anti_forgery="osd-xsrf"
