%% A message that comes when the time is up is received, or stays for the next receive.
-module(race_timeout_and_message).
-export([main/0]).
-import(oracle, [say/1]).

main() ->
    Main = self(),
    spawn(fun() -> timer:sleep(3), oracle:p(), Main ! hello end),
    receive hello -> say([hello]) after 5 -> say([timeout]), receive hello -> say([hello]) end end.
