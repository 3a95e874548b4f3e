// Recurrences: what goes over a sequence token by token, with a state that it changes.
#include <cstring>
#include <vector>

#include "common.h"

namespace mlxm {
namespace backend {

using namespace cpu;

Recurrence gatedDelta(const DeltaInputs& x, const ArrayRef& state) {
    DeltaSizes sizes = checkedDelta(shapeOf(*x.q), shapeOf(*x.k), shapeOf(*x.v), shapeOf(*x.decay), shapeOf(*x.beta),
                                    shapeOf(*state));
    for (const ArrayRef& each : {x.q, x.k, x.v, x.decay, x.beta, state}) requireFloat(each, "an operand");
    ArrayRef q = toFloat(x.q);
    ArrayRef k = toFloat(x.k);
    ArrayRef v = toFloat(x.v);
    ArrayRef decay = toFloat(x.decay);
    ArrayRef beta = toFloat(x.beta);
    ArrayRef before = toFloat(state);
    ArrayRef out = allocate(Dtype::kF32, x.v->shape);
    ArrayRef after = allocate(Dtype::kF32, state->shape);
    int64_t keyDim = sizes.keyDim;
    int64_t valueDim = sizes.valueDim;
    int group = sizes.valueHeads / sizes.keyHeads;
    // A head's state stays in the cache of a core over all tokens.
    parallelFor(static_cast<int64_t>(sizes.batches) * sizes.valueHeads, 1, [&](int64_t from, int64_t to) {
        std::vector<float> delta(valueDim);
        for (int64_t each = from; each < to; each++) {
            int64_t batch = each / sizes.valueHeads;
            int64_t head = each % sizes.valueHeads;
            float* s = after->out<float>() + each * valueDim * keyDim;
            std::memcpy(s, before->as<float>() + each * valueDim * keyDim, valueDim * keyDim * sizeof(float));
            for (int64_t t = 0; t < sizes.tokens; t++) {
                int64_t token = batch * sizes.tokens + t;
                int64_t row = token * sizes.valueHeads + head;
                const float* key = k->as<float>() + (token * sizes.keyHeads + head / group) * keyDim;
                const float* query = q->as<float>() + (token * sizes.keyHeads + head / group) * keyDim;
                const float* value = v->as<float>() + row * valueDim;
                kernels().scale(s, decay->as<float>()[row], s, valueDim * keyDim);
                kernels().dotRows(Element::kF32, s, keyDim, key, keyDim, delta.data(), static_cast<int>(valueDim));
                for (int64_t i = 0; i < valueDim; i++) {
                    float change = (value[i] - delta[i]) * beta->as<float>()[row];
                    kernels().addRows(Element::kF32, key, keyDim, &change, 1, s + i * keyDim, keyDim);
                }
                kernels().dotRows(Element::kF32, s, keyDim, query, keyDim, out->out<float>() + row * valueDim,
                                  static_cast<int>(valueDim));
            }
        }
    });
    return {cast(out, x.v->dtype), after};
}

}  // namespace backend
}  // namespace mlxm
