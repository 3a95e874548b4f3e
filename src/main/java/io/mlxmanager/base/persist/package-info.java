/**
 * The way to the database: transactions as plain functions, the schema migrations that run at start, conversions every
 * entity shares. Entities, queries and rules belong to the features under manage.
 */
package io.mlxmanager.base.persist;
