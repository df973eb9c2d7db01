// test-coffee-shop: customer, cashier and barista are three processes that really converse: order,
// confirmation, payment, preparation, pick-up.
#include <array>

#include "cli/selfcheck.hpp"

namespace ttvm::cli {

namespace {

// The customer is the main program; cashier and barista are predefined types.
constexpr std::array<Check, 7> kChecks{{
    {"whole_visit",
     R"(REGISTER "customer" | PUSH_STR "cashier_worker" | SPAWN | STORE cashier |
PUSH_STR "barista_worker" | SPAWN | POP |
NEW_OBJECT | PUSH_STR "order" | SET_FIELD order_type | PUSH_STR "Latte" | SET_FIELD drink |
LOAD cashier | SEND | RECEIVE | STORE confirmation |
PUSH_STR "Customer: the price is " | LOAD confirmation | GET_FIELD price | CONCAT | PRINT |
NEW_OBJECT | PUSH_STR "payment" | SET_FIELD order_type | LOAD confirmation | GET_FIELD drink |
SET_FIELD drink | LOAD confirmation | GET_FIELD price | SET_FIELD amount | LOAD cashier | SEND |
RECEIVE | STORE ready | PUSH_STR "Customer: picking up the " | LOAD ready | GET_FIELD drink | CONCAT |
PRINT | NEW_OBJECT | PUSH_STR "pickup" | SET_FIELD order_type | LOAD ready | GET_FIELD drink |
SET_FIELD drink | LOAD ready | GET_FIELD barista | SEND | HALT)",
     "Cashier: order for Latte | Customer: the price is 4.5 | Cashier: received 4.5 | Barista: "
     "preparing Latte | Customer: picking up the Latte | Barista: enjoy your Latte"},
    {"order_is_confirmed",
     R"(PUSH_STR "cashier_worker" | SPAWN | STORE cashier |
NEW_OBJECT | PUSH_STR "order" | SET_FIELD order_type | PUSH_STR "Mocha" | SET_FIELD drink | SELF |
SET_FIELD reply_to | LOAD cashier | SEND | RECEIVE | STORE c |
LOAD c | GET_FIELD order_type | PRINT | LOAD c | GET_FIELD drink | PRINT |
LOAD c | GET_FIELD cashier | LOAD cashier | EQ | PRINT)",
     "Cashier: order for Mocha | confirmation | Mocha | true"},
    {"cashier_and_barista_find_each_other",
     R"(PUSH_STR "barista_worker" | SPAWN | STORE b | PUSH_STR "cashier_worker" | SPAWN | STORE c |
NEW_OBJECT | PUSH_STR "payment" | SET_FIELD order_type | PUSH_STR "Tea" | SET_FIELD drink |
PUSH_FLOAT 4.5 | SET_FIELD amount | SELF | SET_FIELD reply_to | LOAD c | SEND |
RECEIVE | DUP | GET_FIELD order_type | PRINT | GET_FIELD barista | LOAD b | EQ | PRINT)",
     "Cashier: received 4.5 | Barista: preparing Tea | ready | true"},
    {"two_customers_are_served",
     R"(PUSH_STR "cashier_worker" | SPAWN | STORE c | PUSH_STR "barista_worker" | SPAWN | POP |
SELF | LOAD c | PUSH_STR "Tea" | MAKE_FUNCTION visit | SPAWN | POP |
SELF | LOAD c | PUSH_STR "Milk" | MAKE_FUNCTION visit | SPAWN | POP | RECEIVE | POP | RECEIVE | POP |
PUSH_STR "both served" | PRINT | HALT |
FUNC visit top c drink | NEW_OBJECT | PUSH_STR "order" | SET_FIELD order_type | LOAD drink |
SET_FIELD drink | SELF | SET_FIELD reply_to | LOAD c | SEND | RECEIVE | STORE conf |
NEW_OBJECT | PUSH_STR "payment" | SET_FIELD order_type | LOAD drink | SET_FIELD drink | LOAD conf |
GET_FIELD price | SET_FIELD amount | SELF | SET_FIELD reply_to | LOAD c | SEND |
RECEIVE | GET_FIELD drink | LOAD drink | NE | IF | PUSH_STR "wrong drink" | THROW | ENDIF |
NULL | LOAD top | SEND | END)",
     "Cashier: order for Tea | Cashier: order for Milk | Cashier: received 4.5 | Cashier: received "
     "4.5 | Barista: preparing Tea | Barista: preparing Milk | both served",
     Order::kAny},
    {"other_messages_are_ignored",
     R"(PUSH_STR "cashier_worker" | SPAWN | STORE c | PUSH_STR "what?" | LOAD c | SEND | PUSH_INT 5 |
LOAD c | SEND | NEW_OBJECT | PUSH_STR "order" | SET_FIELD order_type | PUSH_STR "Latte" |
SET_FIELD drink | SELF | SET_FIELD reply_to | LOAD c | SEND | RECEIVE | GET_FIELD price | PRINT)",
     "Cashier: order for Latte | 4.5"},
    {"workers_have_names",
     R"(PUSH_STR "cashier_worker" | SPAWN | STORE c | PUSH_STR "barista_worker" | SPAWN | STORE b |
WHILE | WHEREIS cashier | NOT | WHEREIS barista | NOT | OR | DO | YIELD | ENDWHILE |
WHEREIS cashier | LOAD c | EQ | PRINT | WHEREIS barista | LOAD b | EQ | PRINT)",
     "true | true"},
    {"shop_closes_after_the_pick_up",
     R"(PUSH_STR "cashier_worker" | SPAWN | POP | PUSH_STR "barista_worker" | SPAWN | STORE b |
WHILE | WHEREIS cashier | NOT | WHEREIS barista | NOT | OR | DO | YIELD | ENDWHILE |
NEW_OBJECT | PUSH_STR "payment" | SET_FIELD order_type | PUSH_STR "Tea" | SET_FIELD drink |
PUSH_INT 5 | SET_FIELD amount | SELF | SET_FIELD reply_to | SENDNAMED cashier | RECEIVE | POP |
NEW_OBJECT | PUSH_STR "pickup" | SET_FIELD order_type | PUSH_STR "Tea" | SET_FIELD drink | LOAD b |
SEND | WHILE | WHEREIS cashier | WHEREIS barista | OR | DO | YIELD | ENDWHILE |
PUSH_STR "closed" | PRINT)",
     "Cashier: received 5 | Barista: preparing Tea | Barista: enjoy your Tea | closed"},
}};

}  // namespace

std::span<const Check> coffee_shop_checks() { return kChecks; }

}  // namespace ttvm::cli
