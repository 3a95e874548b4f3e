/**
 * The layers that model families share: projections, embeddings, norms, attention.
 * A layer holds weights and is confined to the engine thread; it knows nothing of a particular model.
 * What only one family does stays in that family's package.
 */
package io.mlxmanager.engine.nn;
