/**
 * What can be configured: one record per concern, read once at start from MicroProfile Config, with its keys and defaults
 * beside it. The only place that knows the environment and the configuration API. What users change at run time is data,
 * not configuration, and does not belong here.
 */
package io.mlxmanager.base.config;
