// Operations and stores of the cpu back end over odd shapes and random schedules, for builds with sanitizers: what they
// compute is compared elsewhere; here nothing may be read, written, shifted or left behind that must not be. The seed is an
// argument, the rounds are another.
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "backend.h"
#include "cpu/threads.h"

using namespace mlxm;

namespace {

std::mt19937 generator;

int pick(int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(generator);
}

ArrayRef random(const Shape& shape, Dtype dtype = Dtype::kF32) {
    std::vector<float> values(static_cast<size_t>(shape.size()) + 1);
    for (float& value : values) value = std::uniform_real_distribution<float>(-2, 2)(generator);
    return backend::astype(backend::fromHost(Dtype::kF32, shape, values.data()), dtype);
}

/// Looks at every element, as the caller of an operation would.
void use(const ArrayRef& x) {
    HostView view = backend::hostView(x, Dtype::kF32);
    const auto* values = static_cast<const float*>(view.data);
    volatile float last = 0;
    for (int64_t i = 0; i < backend::shapeOf(*x).size(); i++) last = values[i];
    (void)last;
}

void refused(const char* what, const std::function<void()>& call) {
    try {
        call();
    } catch (const Error&) {
        return;
    }
    std::printf("%s was not refused\n", what);
    std::exit(1);
}

Dtype anyFloat() {
    const Dtype types[] = {Dtype::kF32, Dtype::kF16, Dtype::kBF16};
    return types[pick(0, 2)];
}

void elements() {
    Shape shape{pick(1, 3), pick(1, 7), pick(1, 70)};
    ArrayRef a = random(shape, anyFloat());
    ArrayRef b = random(Shape{shape[1], 1}, anyFloat());
    for (int op = 0; op < kUnaryCount - 1; op++) use(backend::unary(static_cast<Unary>(op), a));
    for (int op = 0; op < kBinaryCount - 1; op++) use(backend::binary(static_cast<Binary>(op), a, b));
    use(backend::binary(Binary::kSwiglu, a, random(shape, anyFloat())));
    for (int op = 0; op < kReduceCount; op++) use(backend::reduce(static_cast<Reduce>(op), a, pick(-3, 2), pick(0, 1) == 1));
    use(backend::softmax(a, -1));
    use(backend::cumsum(a, pick(0, 2)));
    use(backend::argsort(a, pick(0, 2)));
    use(backend::topk(a, pick(1, shape[2]), -1));
    use(backend::where(backend::binary(Binary::kLess, a, b), a, b));
    use(backend::transpose(a, Shape{2, 0, 1}));
    use(backend::slice(a, Shape{0, 0, shape[2] / 2}, Shape{shape[0], shape[1], shape[2]}));
    use(backend::concatenate({a, random(shape, anyFloat())}, pick(0, 2)));
    use(backend::takeRows(backend::reshape(a, Shape{shape[0] * shape[1], shape[2]}), {0, shape[0] * shape[1] - 1}));
    refused("a row outside", [&] { use(backend::takeRows(backend::reshape(a, Shape{-1, shape[2]}), {1 << 30})); });
    refused("an axis outside", [&] { use(backend::softmax(a, 3)); });
}

void products() {
    int k = 64 * pick(1, 5);
    int n = pick(1, 70);
    int m = pick(1, 20);
    Shape inputs{m, k};
    ArrayRef x = random(inputs, anyFloat());
    use(backend::linear(x, random(Shape{n, k}, anyFloat()), pick(0, 1) == 1 ? random(Shape{n}) : ArrayRef()));
    use(backend::matmul(x, random(Shape{k, n})));
    int bits = pick(0, 1) == 0 ? 4 : 8;
    Packed packed = backend::quantize(random(Shape{n, k}, anyFloat()), Quant{QuantMode::kAffine, pick(0, 1) == 0 ? 64 : 32, bits});
    use(backend::quantizedMatmul(x, packed, true));
    backend::prepareWeights(packed);
    use(backend::quantizedMatmul(x, packed, true));
    use(backend::dequantize(packed, Dtype::kF32));
    use(backend::gatherDequantize(packed, {0, n - 1}, Dtype::kF16));
    use(backend::rmsNorm(x, random(Shape{k}), 1e-5f));
    use(backend::layerNorm(x, random(Shape{k}), random(Shape{k}), 1e-5f));
    refused("shapes that do not fit", [&] { use(backend::matmul(x, random(Shape{k + 1, n}))); });
}

void rotations() {
    int dim = 2 * pick(4, 40);
    int rows = pick(1, 3);
    ArrayRef x = random(Shape{rows, pick(1, 4), pick(1, 9), dim}, anyFloat());
    backend::Rope rope{dim, pick(0, 1) == 1, 10000.0f, 1.0f, pick(0, 5000), {}, ArrayRef()};
    use(backend::rope(x, rope));
    rope.offsets.assign(static_cast<size_t>(rows), pick(0, 99));
    use(backend::rope(x, rope));
    use(backend::randomGumbel(backend::randomKey(static_cast<uint64_t>(pick(0, 1 << 30))), Shape{pick(1, 99)}));
}

/// Sequences that grow, share, adopt, are trimmed and end in random order.
void stores() {
    int kvHeads = pick(1, 3);
    int group = pick(1, 3);
    int dim = 8 * pick(1, 12);
    Dtype dtype = anyFloat();
    int bits = dim % 32 == 0 ? 4 * pick(0, 2) : 0;
    if (dim % 32 != 0) refused("rows that do not divide", [&] { backend::createKvStore(KvShape{kvHeads, dim, dim, false}, dtype, 8); });
    int block = backend::kvBlockPositions();
    std::vector<std::shared_ptr<KvStore>> live;
    for (int step = 0; step < 60; step++) {
        int at = live.empty() ? 0 : pick(0, static_cast<int>(live.size()) - 1);
        switch (live.empty() ? 0 : pick(0, 7)) {
            case 0:
                live.push_back(backend::createKvStore(KvShape{kvHeads, dim, dim, false}, dtype, bits));
                break;
            case 1:
            case 2: {
                int count = pick(0, 3) == 0 ? pick(1, 2 * block) : pick(1, 9);
                live[at]->append(random(Shape{1, kvHeads, count, dim}), random(Shape{1, kvHeads, count, dim}));
                int queries = std::min(count, live[at]->length());
                use(live[at]->attend(random(Shape{1, kvHeads * group, queries, dim}, anyFloat()), AttentionRule{0.1f, pick(0, 300), 0.0f, ArrayRef()}));
                break;
            }
            case 3: {
                int from = pick(0, live[at]->length() / block) * block;
                live.push_back(live[at]->share(from, pick(from, std::max(from, live[at]->length()))));
                break;
            }
            case 4:
                if (live[at]->length() % block == 0) live[at]->adopt(*live[pick(0, static_cast<int>(live.size()) - 1)]);
                break;
            case 5:
                live[at]->trim(pick(0, live[at]->length()));
                break;
            case 6: {
                int from = pick(0, live[at]->length());
                int to = pick(from, live[at]->length());
                ArrayRef keys = live[at]->read(from, to, false);
                ArrayRef values = live[at]->read(from, to, true);
                use(keys);
                if (to > from) live[at]->append(keys, values);
                refused("a read beyond the end", [&] { use(live[at]->read(0, live[at]->length() + 1, false)); });
                break;
            }
            default:
                live.erase(live.begin() + at);
        }
        auto rows = static_cast<int32_t>(live.size());
        if (rows > 0) {
            use(backend::stepStores(live, random(Shape{rows, kvHeads * group, 1, dim}), random(Shape{rows, kvHeads, 1, dim}),
                                    random(Shape{rows, kvHeads, 1, dim}), AttentionRule{0.1f, pick(0, 1) * 9, 0.0f, ArrayRef()}));
        }
    }
}

}  // namespace

int main(int count, char** arguments) {
    generator.seed(count > 1 ? static_cast<unsigned>(std::atoi(arguments[1])) : 1);
    int rounds = count > 2 ? std::atoi(arguments[2]) : 20;
    backend::setThreads(3);
    int64_t before = backend::memory().active;
    for (const char* isa : {"auto", "scalar"}) {
        backend::setIsa(isa);
        for (int round = 0; round < rounds; round++) {
            elements();
            products();
            rotations();
            stores();
        }
        std::printf("%s: %d rounds\n", isa, rounds);
    }
    int64_t left = backend::memory().active - before;
    backend::clearCache();
    backend::setThreads(1);
    if (left != 0) {
        std::printf("%lld bytes are left\n", static_cast<long long>(left));
        return 1;
    }
    return 0;
}
