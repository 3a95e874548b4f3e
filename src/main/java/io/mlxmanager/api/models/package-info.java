/**
 * Models over HTTP: what is here, what can be had, and how it comes.
 * Rules and files belong to manage and serve.
 */
package io.mlxmanager.api.models;
