#include "process/epoch.hpp"

#include "base/assert.hpp"

namespace ttvm::process {

namespace {
constexpr std::uint64_t kGrace = 3;  // epochs between retire and free; see the header
}

EpochParticipant::~EpochParticipant() {
  for (Bag& bag : bags_) empty_bag(bag);
}

void EpochParticipant::announce(std::uint64_t epoch) {
  seen_ = epoch;
  // Release pairs with the acquire of the scan in try_advance: our reads until now are before it.
  local_.store(epoch, std::memory_order_release);
}

void EpochParticipant::go_online() {
  TTVM_ASSERT(!is_online());
  announce(domain_->global_.load(std::memory_order_acquire));
  // Pairs with the same in try_advance; see the header.
  domain_->handshake_.fetch_add(1, std::memory_order_acq_rel);
}

void EpochParticipant::go_offline() {
  TTVM_ASSERT(is_online());
  for (std::uint64_t i = 0; i <= kGrace && pending() != 0; ++i) {
    if (!domain_->try_advance()) break;
    quiescent();
  }
  announce(kOffline);
}

void EpochParticipant::quiescent() {
  if (since_advance_ >= kAdvanceEvery) {
    since_advance_ = 0;
    domain_->try_advance();
  }
  // Acquire pairs with the release of the advance.
  const std::uint64_t epoch = domain_->global_.load(std::memory_order_acquire);
  if (epoch == seen_) return;
  announce(epoch);
  free_before(epoch);
}

void EpochParticipant::retire(void* object, Deleter deleter) {
  TTVM_ASSERT(is_online());
  const std::uint64_t epoch = domain_->global_.load(std::memory_order_relaxed);
  Bag& bag = bags_[epoch % kBags];
  if (bag.epoch != epoch) {
    empty_bag(bag);  // of epoch - 4 or earlier
    bag.epoch = epoch;
  }
  bag.objects.push_back({object, deleter});
  ++since_advance_;
}

void EpochParticipant::free_before(std::uint64_t epoch) {
  for (Bag& bag : bags_) {
    if (bag.epoch + kGrace <= epoch) empty_bag(bag);
  }
}

void EpochParticipant::empty_bag(Bag& bag) {
  for (const Retired& retired : bag.objects) retired.deleter(retired.object);
  bag.objects.clear();
}

std::size_t EpochParticipant::pending() const {
  std::size_t count = 0;
  for (const Bag& bag : bags_) count += bag.objects.size();
  return count;
}

EpochDomain::EpochDomain(std::uint32_t participants)
    : count_(participants), participants_(std::make_unique<EpochParticipant[]>(participants)) {
  for (std::uint32_t i = 0; i < participants; ++i) participants_[i].domain_ = this;
}

bool EpochDomain::try_advance() {
  std::uint64_t epoch = global_.load(std::memory_order_acquire);
  handshake_.fetch_add(1, std::memory_order_acq_rel);  // pairs with go_online
  for (std::uint32_t i = 0; i < count_; ++i) {
    // Acquire pairs with the release of announce().
    const std::uint64_t local = participants_[i].local_.load(std::memory_order_acquire);
    if (local != EpochParticipant::kOffline && local != epoch) return false;
  }
  // Release: whoever reads the new epoch sees what all of them did before they announced the old.
  return global_.compare_exchange_strong(epoch, epoch + 1, std::memory_order_acq_rel,
                                         std::memory_order_relaxed);
}

}  // namespace ttvm::process
