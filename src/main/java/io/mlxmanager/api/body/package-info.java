/**
 * How requests are read: bodies up to a limit, JSON and query parameters field by field, so that what is wrong can be
 * named. What the fields mean belongs to the resources; writing belongs to them too.
 */
package io.mlxmanager.api.body;
