// Recurrences, as a graph of MLX's operations, token by token.
#include <mlx/ops.h>

#include <vector>

#include "arrays.h"

namespace mlxm {

namespace {

/// Token `t` of an array whose second axis is that of tokens, that axis gone, in float32.
mx::array token(const mx::array& x, int t) {
    mx::Shape start(x.ndim(), 0);
    mx::Shape stop = x.shape();
    start[1] = t;
    stop[1] = t + 1;
    return mx::astype(mx::squeeze(mx::slice(x, start, stop), 1), mx::float32);
}

}  // namespace

namespace backend {

Recurrence gatedDelta(const DeltaInputs& x, const ArrayRef& state) {
    DeltaSizes sizes = checkedDelta(x.q->shape, x.k->shape, x.v->shape, x.decay->shape, x.beta->shape, state->shape);
    for (const ArrayRef& each : {x.q, x.k, x.v, x.decay, x.beta, state}) bridge::requireFloat(each, "an operand");
    int group = sizes.valueHeads / sizes.keyHeads;
    mx::array queries = mx::repeat(x.q->value, group, 2);
    mx::array keys = mx::repeat(x.k->value, group, 2);
    mx::array s = mx::astype(state->value, mx::float32);
    std::vector<mx::array> rows;
    for (int t = 0; t < sizes.tokens; t++) {
        mx::array key = mx::expand_dims(token(keys, t), -2);
        mx::array query = mx::expand_dims(token(queries, t), -2);
        mx::array value = token(x.v->value, t);
        mx::array decay = mx::expand_dims(token(x.decay->value, t), {-1, -2});
        mx::array beta = mx::expand_dims(token(x.beta->value, t), -1);
        s = mx::multiply(s, decay);
        mx::array known = mx::sum(mx::multiply(s, key), -1);
        mx::array delta = mx::multiply(mx::subtract(value, known), beta);
        s = mx::add(s, mx::multiply(mx::expand_dims(delta, -1), key));
        rows.push_back(mx::sum(mx::multiply(s, query), -1));
    }
    mx::array out = mx::astype(mx::stack(rows, 1), x.v->value.dtype());
    return {bridge::computed(out), bridge::computed(s)};
}

}  // namespace backend
}  // namespace mlxm
