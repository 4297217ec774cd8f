/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The life of one port between two tasks: names, references, send-once rights, messages in flight
 * that hold rights to it (its receive right too), its death, and the notifications about it.
 * Each kernel operation is one step; the order of the tasks' steps is Spin's. Every task makes at
 * most OPS steps, in any order, and then dies.
 *
 * send and once are the kernel's counts. What is counted beside them (refs, onces, queued and
 * flying rights) is what exists. FAULT chooses a fault that Spin must find:
 *   1 no-senders is told and stays armed         4 the copy that a message carries is not counted
 *   2 dead-name is told and stays armed          5 the port's death leaves its messages
 *   3 a released send-once right says nothing    6 a dead task's message in flight keeps its right
 */
#ifndef OPS
#define OPS 4
#endif
#ifndef FAULT
#define FAULT 0
#endif

#define TASKS 2
#define MOST 2
#define LIMIT 1
#define FLYING 2
#define NOBODY 3

mtype = { SEND, ONCE, RECEIVE };

byte send, once;
bool alive = true;
byte receiver = 0;
bool lives[TASKS] = true;
byte refs[TASKS], onces[TASKS];
bool askedDeath[TASKS];
bool askedNone;

chan queue = [4] of { mtype };
chan flight = [2] of { byte, mtype };
byte queuedSend, queuedOnce, flyingSend;

byte armedDeath[TASKS], toldDeath[TASKS];
byte armedNone, toldNone;
byte onceMade, onceEnded;
byte sent, received, destroyed;

/* Whether a task has a name for the living port. */
#define named(t) (refs[t] > 0 || receiver == t)

inline check() {
  assert(send == (refs[0] > 0) + (refs[1] > 0) + queuedSend + flyingSend);
  assert(once == onces[0] + onces[1] + queuedOnce);
  assert(len(queue) == queuedSend + queuedOnce);
  assert(sent == received + destroyed + len(queue));
  assert(alive || (len(queue) == 0 && refs[0] == 0 && refs[1] == 0 && receiver == NOBODY));
  assert(alive || !(askedNone || askedDeath[0] || askedDeath[1]));
  assert(armedNone == toldNone + askedNone);
  assert(armedDeath[0] == toldDeath[0] + askedDeath[0]);
  assert(armedDeath[1] == toldDeath[1] + askedDeath[1]);
  assert(!(askedNone && send == 0));
  assert(onceMade == onceEnded + once)
}

inline tellDeath(t) {
  if
  :: askedDeath[t] ->
    toldDeath[t]++;
#if FAULT != 2
    askedDeath[t] = false
#endif
  :: else
  fi
}

inline loseSend() {
  send--;
  if
  :: alive && send == 0 && askedNone ->
    toldNone++;
#if FAULT != 1
    askedNone = false
#endif
  :: else
  fi
}

inline endOnce() {
  once--;
  onceEnded++
}

/* An entry that is neither send nor receive right is gone, and who asked for its death is told. */
inline freeIfEmpty(t) {
  if
  :: !named(t) -> tellDeath(t)
  :: else
  fi
}

inline dieWithPort(t) {
  if
  :: refs[t] > 0 -> refs[t] = 0; send--
  :: else
  fi;
  do
  :: onces[t] > 0 -> onces[t]--; endOnce()
  :: else -> break
  od;
  tellDeath(t)
}

inline killPort() {
  alive = false;
  receiver = NOBODY;
#if FAULT != 5
  do
  :: queue?[SEND] -> queue?SEND; queuedSend--; send--; destroyed++
  :: queue?[ONCE] -> queue?ONCE; queuedOnce--; endOnce(); destroyed++
  :: else -> break
  od;
#endif
  if
  :: askedNone -> askedNone = false; toldNone++
  :: else
  fi;
  dieWithPort(0);
  dieWithPort(1)
}

/* A send-once right that nobody used becomes the message that says so. */
inline dropOnce(t) {
  onces[t]--;
#if FAULT == 3
  once--
#else
  if
  :: alive -> queue!ONCE; queuedOnce++; sent++
  :: else -> endOnce()
  fi
#endif
}

inline landSend(t) {
  flyingSend--;
  if
  :: !alive -> send--
  :: alive && refs[t] == 0 -> refs[t] = 1
  :: alive && refs[t] > 0 -> refs[t]++; loseSend()
  fi
}

inline dropFlying(t) {
  do
  :: flight??[eval(t), SEND] ->
    flight??eval(t), SEND;
    flyingSend--;
#if FAULT != 6
    if
    :: alive -> loseSend()
    :: else -> send--
    fi
#endif
  :: flight??[eval(t), RECEIVE] -> flight??eval(t), RECEIVE; killPort()
  :: else -> break
  od
}

inline killTask(t) {
  lives[t] = false;
  if
  :: receiver == t -> killPort()
  :: else
  fi;
  if
  :: refs[t] > 0 -> refs[t] = 0; tellDeath(t); loseSend()
  :: else
  fi;
  do
  :: onces[t] > 0 -> dropOnce(t)
  :: else -> break
  od;
  dropFlying(t)
}

proctype Task(byte t) {
  byte steps = 0;
  do
  :: atomic { steps < OPS && receiver == t && refs[t] < MOST ->
      steps++;
      if
      :: refs[t] == 0 -> send++
      :: else
      fi;
      refs[t]++; check() }
  :: atomic { steps < OPS && receiver == t && once < MOST ->
      steps++; once++; onceMade++; onces[t]++; check() }
  :: atomic { steps < OPS && refs[t] > 0 ->
      steps++; refs[t]--;
      if
      :: refs[t] == 0 -> freeIfEmpty(t); loseSend()
      :: else
      fi;
      check() }
  :: atomic { steps < OPS && onces[t] > 0 -> steps++; dropOnce(t); check() }
  :: atomic { steps < OPS && alive && named(t) && !askedDeath[t] ->
      steps++; askedDeath[t] = true; armedDeath[t]++; check() }
  :: atomic { steps < OPS && receiver == t && !askedNone ->
      steps++; armedNone++;
      if
      :: send == 0 -> toldNone++
      :: else -> askedNone = true
      fi;
      check() }
  :: atomic { steps < OPS && refs[t] > 0 && len(queue) < LIMIT ->
      steps++; send++; queue!SEND; queuedSend++; sent++; check() }
  :: atomic { steps < OPS && alive && onces[t] > 0 ->
      steps++; onces[t]--; queue!ONCE; queuedOnce++; sent++; check() }
  :: atomic { steps < OPS && receiver == t && len(queue) > 0 ->
      steps++; received++;
      if
      :: queue?SEND -> queuedSend--; loseSend()
      :: queue?ONCE -> queuedOnce--; endOnce()
      fi;
      check() }
  :: atomic { steps < OPS && refs[t] > 0 && lives[1 - t] && len(flight) < FLYING ->
      steps++;
#if FAULT != 4
      send++;
#endif
      flyingSend++; flight!(1 - t), SEND; check() }
  :: atomic { steps < OPS && receiver == t && lives[1 - t] && len(flight) < FLYING ->
      steps++; receiver = TASKS; freeIfEmpty(t); flight!(1 - t), RECEIVE; check() }
  :: atomic { steps < OPS && flight??[eval(t), SEND] ->
      steps++; flight??eval(t), SEND; landSend(t); check() }
  :: atomic { steps < OPS && flight??[eval(t), RECEIVE] ->
      steps++; flight??eval(t), RECEIVE; receiver = t; check() }
  :: atomic { killTask(t); check();
      assert(lives[0] || lives[1] || (send == 0 && once == 0 && !alive));
      assert(lives[0] || lives[1] || (armedNone == toldNone && armedDeath[0] == toldDeath[0]));
      break }
  od
}

init {
  atomic {
    /* Task 0 has the receive right, task 1 a send right. */
    refs[1] = 1; send = 1;
    run Task(0); run Task(1)
  }
}
