// SPDX-License-Identifier: Apache-2.0
package portunus.lifeprobe;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.portunus.system.xpc.FileRight;
import org.portunus.system.xpc.Idempotent;
import org.portunus.system.xpc.MemoryRight;
import org.portunus.system.xpc.MethodId;
import org.portunus.system.xpc.Oneway;
import org.portunus.system.xpc.PortRight;
import org.portunus.system.xpc.Service;

/** Each method shows one way in which a service lives or dies. */
@Service("portunus.lifeprobe")
public interface LifeProbe {
  @MethodId(1)
  long echo(long value);

  /** Tells the listener that it runs, then lasts until it is interrupted. */
  @MethodId(2)
  void sleep(ProbeListener started);

  /** The same, but no interrupt ends it. */
  @MethodId(3)
  void loop(ProbeListener started);

  /** Ends the process at once. */
  @MethodId(4)
  void crash(int status);

  /** Calls that are in {@link #sleep} now. */
  @MethodId(5)
  int sleepers();

  /** Sums what the listener answers to 0 ... times - 1. */
  @MethodId(6)
  long callBack(ProbeListener listener, int times);

  /** Refers to the listener until its client is gone. */
  @MethodId(7)
  void keep(ProbeListener listener);

  /** Calls every kept listener, drops those that fail, and says how many are left. */
  @MethodId(8)
  int tellKept(long value);

  /** An object of the service, by reference. */
  @MethodId(9)
  ProbeListener doubler();

  @MethodId(10)
  @Oneway
  void note(long value);

  /** The sum of what was noted. */
  @MethodId(11)
  long noted();

  /** The sum of the file's bytes. */
  @MethodId(12)
  long read(FileRight file);

  /** Writes lines to standard output, standard error and slf4j, each with its number before it. */
  @MethodId(13)
  void print(String text, int lines);

  /** A block of memory that is given up at once. */
  @MethodId(14)
  long allocate(int mebibytes);

  /** Tells the listener that it runs; ends when {@link #endStages} is called, or is cancelled. */
  @MethodId(15)
  CompletionStage<Long> later(ProbeListener started);

  /** Ends every open stage of {@link #later} with this value, and says how many there were. */
  @MethodId(16)
  int endStages(long value);

  /** Stages of {@link #later} that were cancelled. */
  @MethodId(17)
  int cancelledStages();

  /**
   * Asks the listener for the number of the attempt, ends the process if it is at most {@code bad},
   * and else answers it.
   */
  @MethodId(18)
  @Idempotent
  long attempt(ProbeListener attempts, int bad);

  /** The same, later. */
  @MethodId(19)
  @Idempotent
  CompletionStage<Long> attemptLater(ProbeListener attempts, int bad);

  /** As {@link #attempt}, but not idempotent. */
  @MethodId(20)
  long attemptOnce(ProbeListener attempts, int bad);

  /** Asks another service of the instance for the echo of 7. */
  @MethodId(21)
  long askOther(String service);

  /** The sum of the memory's bytes. */
  @MethodId(22)
  long sum(MemoryRight memory);

  /** Memory of the service, every byte of it this value. */
  @MethodId(23)
  MemoryRight memory(long size, byte value);

  /** Rights of every kind in one value. */
  record Parcel(List<PortRight> ports, Optional<FileRight> file, MemoryRight memory) {}

  /** Sends an empty message with this id to each port, and sums the bytes of file and memory. */
  @MethodId(24)
  long spread(Parcel parcel, int id);

  /** A right to send to a port that the service receives from. */
  @MethodId(25)
  PortRight mailbox();

  /** The id of the next message in the mailbox. */
  @MethodId(26)
  int nextMail();

  /**
   * The id of the next message of a port whose receive right moves here, and a right to send to it.
   */
  @MethodId(27)
  int receiveFrom(PortRight port);

  /** Keeps the right until {@link #dropPorts}. */
  @MethodId(28)
  @Oneway
  void keepPort(PortRight port);

  /** Closes what {@link #keepPort} kept, and says how many there were. */
  @MethodId(29)
  int dropPorts();

  /** The context of OpenTelemetry that the method runs in, with its state; "none" without. */
  @MethodId(41)
  String trace();

  /** The bytes from the last to the first. */
  @MethodId(40)
  byte[] reversed(byte[] bytes);

  /** Throws an exception with this message, which another one of this message has caused. */
  @MethodId(60)
  void fail(String message, String cause);

  /** Tells the kernel these numbers of its calls from now on. */
  @MethodId(61)
  void claim(long taken, long answered);

  /** A pager of this many pages, which does this when the last one is asked for. */
  @MethodId(70)
  ProbePager pager(int pages, ProbePager.Habit habit);

  /**
   * Makes memory with a pager in the service itself, reads a byte of it, and asks for its address.
   *
   * @return name of the error that the address was refused with
   */
  @MethodId(71)
  String pagedHere();

  /**
   * Fills the task's table of names, and gives them all up.
   *
   * @return what it was told when there was no room for another
   */
  @MethodId(72)
  String fillNames();
}
