/**
 * Profiles: a model under a name of its own, with the settings it is asked with. What is stored, and what may be stored for
 * which kind of model; how a setting acts on a request belongs to serve.
 */
package io.mlxmanager.manage.profile;
