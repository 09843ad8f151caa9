# SPDX-License-Identifier: Apache-2.0
import size_figures
from size_figures import functions

CODE = '''\
// A { in a comment.
#define M(x) \\
  { x }
namespace a {
class S {
 public:
  struct In {
    int x;
  };

 private:
  int one() const { return 1; }
  S() : a_{1}, b_(2) {
    F();
  }
  int a_{3};
  std::vector<int> v_ = {1, 2};
};
enum class E { kA, kB };

template <typename T>
std::optional<T> Two(
    const T& t) {
  auto f = [&] {
    if (t) { return "}"; }
  };
  return f();
}
bool S::operator==(const S& o) const { return true; }
void S::Locked() REQUIRES(mu_) {
  int c = '{';
}
constexpr int kTable[] = {
    1, 2,
};
int Last() { return 1; }
}  // namespace a
'''


def test_functions_and_their_lengths():
    assert functions(CODE) == [("one", 12, 1), ("S", 13, 3), ("Two", 21, 8), ("S::operator==", 29, 1),
                               ("S::Locked", 30, 3), ("Last", 36, 1)]


def test_percentiles():
    assert size_figures.percentile(list(range(1, 11)), 0.9) == 9
    assert size_figures.percentile([5], 0.5) == 5
    assert size_figures.percentile([], 0.5) == 0


def test_too_long_is_wrong_unless_listed():
    sizes = {".cc": {"a.cc": 401, **{f"{i}.cc": 10 for i in range(9)}}, ".h": {}, "function": {}}
    assert size_figures.judge(sizes, set()) == ["a.cc: 401 lines, limit 400"]
    assert size_figures.judge(sizes, {"a.cc"}) == []


def test_a_median_off_the_aim_is_wrong():
    assert len(size_figures.judge({".cc": {}, ".h": {"a.h": 81}, "function": {}}, set())) == 1


def test_a_stale_entry_is_wrong():
    assert "not over" in size_figures.judge({".cc": {}, ".h": {}, "function": {}}, {"gone.cc"})[0]
