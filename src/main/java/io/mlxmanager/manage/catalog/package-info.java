/**
 * The models on disk: where they lie and what they are called, and the starter model that comes with the product.
 * A name from outside becomes a path only after it was checked. What a model can compute is not known here.
 */
package io.mlxmanager.manage.catalog;
