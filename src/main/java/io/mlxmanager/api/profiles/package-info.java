/** The doors to profiles: reading and writing them. What may be stored is decided in manage.profile. */
package io.mlxmanager.api.profiles;
