// SPDX-License-Identifier: Apache-2.0
package org.portunus.conformance.dynamic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.portunus.abi.error.ErrorCode;
import org.portunus.abi.error.PortunusException;
import org.portunus.linux.call.LinuxException;
import org.portunus.linux.socket.UnixSocket;
import org.portunus.system.xpc.ServiceType;
import org.portunus.system.xpc.XpcEvents;
import org.portunus.system.xpc.connection.CallTime;
import org.portunus.system.xpc.connection.ConnectionLimits;
import org.portunus.system.xpc.connection.ConnectionLimits.FileRightTravel;
import org.portunus.system.xpc.connection.Connector;
import org.portunus.system.xpc.connection.Offer;
import org.portunus.system.xpc.connection.ServiceLink;
import org.portunus.system.xpc.connection.ServicePeer;
import org.portunus.system.xpc.connection.SingleService;
import org.portunus.system.xpc.connection.SocketTransport;
import org.portunus.system.xpc.wire.Dispatcher;
import org.portunus.system.xpc.wire.Peer;
import org.portunus.tool.dynamic.DescribedService;
import org.portunus.tool.dynamic.LearningType;
import tools.jackson.databind.json.JsonMapper;

/** Calls with JSON over a real connection to a service of which the client knows the name only. */
final class DynamicCallTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final ConnectionLimits LIMITS =
      ConnectionLimits.standard(FileRightTravel.DESCRIPTOR);
  private static final String ALL =
      """
      {"bool":true,"small":-1,"shorter":2,"number":3,"large":-9223372036854775808,"single":0.5,\
      "fraction":"NaN","text":"a\\u202eb","bytes":"AQID","at":"2026-01-02T03:04:05Z",\
      "id":"00000000-0000-0001-0000-000000000002","kind":"PICTURE",\
      "shapes":[{"Dot":{}},{"Circle":{"radius":1.5}},{"Kind2":"SQUARE"}],\
      "names":{"-5":"five"},"inside":null}\
      """;

  private final AtomicInteger noted = new AtomicInteger();
  private final LearningType learning = LearningType.of("portunus.described");
  private ServiceLink link = link(DescribedXpc.TYPE);

  /** The implementation. */
  private final class Echo implements Described {
    @Override
    public All echo(All all) {
      return all;
    }

    @Override
    public void refuse(String why) throws Refused {
      throw new Refused(why);
    }

    @Override
    public void note(int number) {
      noted.set(number);
    }

    @Override
    public int noted() {
      return noted.get();
    }

    @Override
    public Described self() {
      return this;
    }

    @Override
    public void pass(Described other) {}
  }

  /** A service that says of itself what is not so. */
  private record Lying(String description) implements ServiceType<Described> {
    @Override
    public String name() {
      return DescribedXpc.TYPE.name();
    }

    @Override
    public Class<Described> interfaceClass() {
      return Described.class;
    }

    @Override
    public byte[] digest() {
      return DescribedXpc.TYPE.digest();
    }

    @Override
    public Described proxy(Peer peer, int object) {
      return DescribedXpc.TYPE.proxy(peer, object);
    }

    @Override
    public Dispatcher dispatcher(Described implementation) {
      return DescribedXpc.TYPE.dispatcher(implementation);
    }
  }

  private ServiceLink link(ServiceType<Described> type) {
    Connector connector =
        new Connector() {
          @Override
          public Connected connect() {
            try {
              UnixSocket.Pair pair = UnixSocket.pair();
              var _ =
                  SingleService.open(
                      new Offer<>(type, new Echo()),
                      SocketTransport.of(pair.second()),
                      LIMITS,
                      XpcEvents.NONE);
              return new Connected(1, SocketTransport.of(pair.first()));
            } catch (LinuxException failure) {
              throw new PortunusException(ErrorCode.SYSTEM_CALL, "socketpair", failure);
            }
          }

          @Override
          public ErrorCode reasonOfEnd() {
            return ErrorCode.INTERRUPTED;
          }

          @Override
          public void callOverdue(long connection, long call) {}

          @Override
          public void closed(long connection) {}

          @Override
          public void linkEnded() {}
        };
    return new ServiceLink(learning, connector, LIMITS, XpcEvents.NONE);
  }

  private DescribedService service() {
    return learning.proxy(new ServicePeer(link, CallTime.of(Duration.ofSeconds(20))), 0);
  }

  private String call(String method, String arguments) throws IOException {
    return service().call(method, JSON.readTree(arguments)).toString();
  }

  @AfterEach
  void end() {
    link.end(ErrorCode.INVALID, "the test is over");
  }

  @Test
  void everyKindOfValueThereAndBack() throws Exception {
    String sent = ALL.replace("\"inside\":null", "\"inside\":" + ALL);
    String back = JSON.readTree(call("echo", "[" + sent + "]")).get("result").toString();
    // What was left out has its default now.
    String expected = sent.replace("\"inside\":null}", "\"inside\":null,\"added\":7}");
    expected = expected.substring(0, expected.length() - 1) + ",\"added\":7}";
    assertThat(JSON.readTree(back)).isEqualTo(JSON.readTree(expected));
    assertThat(call("echo", "{\"all\":" + ALL.replace("null}", "null,\"added\":8}") + "}"))
        .contains("\"added\":8");
  }

  @Test
  void exceptionsNotesAndReferences() throws Exception {
    assertThat(call("refuse", "[\"no\"]"))
        .isEqualTo("{\"throws\":{\"Refused\":{\"message\":\"no\"}}}");
    assertThat(call("note", "[42]")).isEqualTo("{}");
    assertThat(call("noted", "[]")).isEqualTo("{\"result\":42}");
    assertThat(call("self", "{}")).isEqualTo("{\"result\":{\"reference\":\"portunus.described\"}}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "none | [] | has no method none, only echo",
        "note | [] | note: 0 arguments, wanted are 1",
        "note | 5 | note: an object is wanted, not a JSON number",
        "note | [1.5] | note.number: a whole number is wanted, not a JSON number",
        "note | [3000000000] | note.number: a number from -2147483648 to 2147483647 is wanted",
        "note | [\"1\"] | note.number: a whole number is wanted, not a JSON string",
        "note | {\"numbr\":1} | note: no numbr, only [number]",
        "note | {} | note.number: is missing",
        "refuse | [null] | refuse.why: a string is wanted, not a JSON null",
        "pass | [1] | pass.other: portunus.described is an interface, which JSON can't pass",
      })
  void whatDoesNotFitIsNamed(String method, String arguments, String message) {
    assertThat(catchThrowable(() -> call(method, arguments)))
        .isInstanceOfSatisfying(
            PortunusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.USAGE))
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "\"kind\":\"PICTURE\" | \"kind\":\"FILM\" | echo.all.kind: FILM is not one of [TEXT,"
            + " PICTURE]",
        "\"Dot\":{} | \"Line\":{} | echo.all.shapes[0]: Line is not one of [Dot, Circle, Kind2]",
        "\"AQID\" | \"?\" | echo.all.bytes: ",
        "2026-01-02T03:04:05Z | yesterday | echo.all.at: ",
        "\"-5\" | \"x\" | echo.all.names[key]: a whole number is wanted",
        "\"radius\":1.5 | \"radius\":[] | echo.all.shapes[1](Circle).radius: a number",
      })
  void placesInsideAreNamed(String from, String to, String message) {
    assertThat(catchThrowable(() -> call("echo", "[" + ALL.replace(from, to) + "]")))
        .isInstanceOfSatisfying(
            PortunusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.USAGE))
        .hasMessageContaining(message);
  }

  /** Descriptions that are not so: a typed error, and nothing else. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        " 4 noted() -> string",
        " 4 noted() -> list<list<list<boolean>>>",
        " 4 noted() -> #0",
        " 4 noted() -> file",
        " 4 noted() -> #1\nrecord R\n r:#1",
        " 4 noted() -> #1\nrecord R\n r:optional<#1>",
        " 4 noted() -> #1\nenum E",
        " 4 noted() -> #1\nsealed S",
        " 4 noted() -> map<#0,#0>",
        " 4 noted(r:#1) -> void\nrecord R\n r:#1",
        " 4 noted(r:int) -> int",
        " 4 noted() oneway",
        " 4 noted() -> long",
        " 4 noted() -> thing",
      })
  void aServiceThatLiesIsATypedError(String methods) {
    noted.set(0x01010101);
    link.end(ErrorCode.INVALID, "another one");
    link =
        link(
            new Lying("portunus-description-1\ninterface portunus.described D\n" + methods + "\n"));
    Throwable thrown =
        catchThrowable(() -> {
          String answer = call("noted", methods.contains("(r:") ? "[{}]" : "[]");
          assertThat(answer.length()).isLessThan(200);
          // Of a one-way call nobody learns; the next one does.
          call("noted", "[]");
          throw new PortunusException(ErrorCode.PROTOCOL, "read as told");
        });
    assertThat(thrown).isInstanceOf(PortunusException.class);
  }
}
