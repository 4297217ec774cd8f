// SPDX-License-Identifier: Apache-2.0
package org.portunus.tool.adapt;

import java.util.stream.Collectors;

/** The property lists of an adapter's bundle and job. Names and classes need no escaping. */
final class AdapterPlists {
  private static final String HEAD =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" \
      "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
      <plist version="1.0"><dict>
      """;

  private AdapterPlists() {}

  static String manifest(AdaptRequest request, AdapterSources sources) {
    String services =
        sources.services().stream()
            .map(service ->
                """
                    <key>%s</key><dict>
                      <key>Type</key><string>%s.%sXpc</string>
                      <key>Implementation</key><string>%s.%s</string>
                    </dict>
                """
                    .formatted(
                        service.name(),
                        request.packageName(),
                        sources.calls(),
                        request.packageName(),
                        service.implementation()))
            .collect(Collectors.joining());
    String modules =
        request.modules().isEmpty()
            ? ""
            : request.modules().stream()
                .map(module -> "<string>" + module + "</string>")
                .collect(Collectors.joining("", "    <key>Modules</key><array>", "</array>\n"));
    return HEAD
        + """
          <key>CFBundleIdentifier</key><string>%s</string>
          <key>CFBundlePackageType</key><string>XPC!</string>
          <key>CFBundleVersion</key><string>1</string>
          <key>Portunus</key><dict>
        %s    <key>Services</key><dict>
        %s    </dict>
          </dict>
        </dict></plist>
        """
            .formatted(request.name(), modules, services);
  }

  static String job(AdaptRequest request, AdapterSources sources) {
    String services =
        sources.services().stream()
            .map(service -> "<key>" + service.name() + "</key><true/>")
            .collect(Collectors.joining());
    return HEAD
        + """
          <key>Label</key><string>%s</string>
          <key>MachServices</key><dict>%s</dict>
          <key>Portunus</key><dict><key>Bundle</key><string>%s.xpc</string></dict>
        </dict></plist>
        """
            .formatted(request.name(), services, request.name());
  }
}
