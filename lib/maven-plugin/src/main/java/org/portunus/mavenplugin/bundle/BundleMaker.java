// SPDX-License-Identifier: Apache-2.0
package org.portunus.mavenplugin.bundle;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.portunus.mavenplugin.bundle.PlistText.Value;
import org.portunus.mavenplugin.bundle.ServiceFinder.Found;

/** Makes a bundle and its job from a recipe. */
public final class BundleMaker {
  private static final String IDENTIFIER = "[a-z0-9][a-z0-9.-]{0,127}";
  private static final String VERSION = "[0-9A-Za-z.+-]{1,64}";

  private BundleMaker() {}

  /**
   * What was made.
   *
   * @param services names that the job offers
   * @param isChanged whether anything was written
   */
  public record Made(String identifier, Path bundle, List<String> services, boolean isChanged) {
    public Made {
      services = List.copyOf(services);
    }
  }

  /**
   * Writes OUTPUT/bundles/IDENTIFIER.xpc and OUTPUT/jobs/IDENTIFIER.plist, unless they are as they
   * should be.
   *
   * @throws BundleException when the recipe is wrong or another owner made the bundle that is there
   */
  public static Made make(BundleRecipe recipe) throws IOException, BundleException {
    recipe.check();
    SortedMap<String, Found> services =
        new ServiceFinder(recipe.classPath()).services(recipe.implementations());
    String identifier =
        recipe.identifier().orElse(services.firstKey().toLowerCase(Locale.ROOT).replace('_', '-'));
    require(identifier, IDENTIFIER, "identifier");
    require(recipe.version(), VERSION, "version");
    SortedMap<String, byte[]> files = new TreeMap<>();
    CodeParts.of(recipe.classPath())
        .forEach((name, content) -> files.put("Contents/Java/" + name, content));
    files.put("Contents/Info.plist", PlistText.of(info(recipe, identifier, services)));
    byte[] job = PlistText.of(job(recipe, identifier, services));
    OutputFolder output = new OutputFolder(recipe.output());
    boolean isChanged = output.put(recipe.owner(), identifier, files, job);
    return new Made(
        identifier, output.bundle(identifier), List.copyOf(services.keySet()), isChanged);
  }

  private static void require(String value, String form, String what) throws BundleException {
    if (!value.matches(form)) {
      throw new BundleException("the " + what + " " + value + " is not of the form " + form);
    }
  }

  private static Map<String, Value> info(
      BundleRecipe recipe, String identifier, SortedMap<String, Found> services) {
    Map<String, Value> offered = new LinkedHashMap<>();
    services.forEach((name, found) -> {
      Map<String, Value> service = new LinkedHashMap<>();
      service.put("Type", new Value.Text(found.type()));
      service.put("Implementation", new Value.Text(found.implementation()));
      offered.put(name, new Value.Dictionary(service));
    });
    Map<String, Value> portunus = new LinkedHashMap<>();
    portunus.put("Services", new Value.Dictionary(offered));
    if (!recipe.modules().isEmpty()) {
      portunus.put("Modules", new Value.Texts(recipe.modules()));
    }
    recipe.limits().forEach((key, value) -> portunus.put(key, new Value.Amount(value)));
    Map<String, Value> info = new LinkedHashMap<>();
    info.put("CFBundleIdentifier", new Value.Text(identifier));
    info.put("CFBundlePackageType", new Value.Text("XPC!"));
    info.put("CFBundleVersion", new Value.Text(recipe.version()));
    info.put("Portunus", new Value.Dictionary(portunus));
    return info;
  }

  private static Map<String, Value> job(
      BundleRecipe recipe, String identifier, SortedMap<String, Found> services) {
    Map<String, Value> offered = new LinkedHashMap<>();
    services.keySet().forEach(name -> offered.put(name, new Value.True()));
    Map<String, Value> portunus = new LinkedHashMap<>();
    portunus.put("Bundle", new Value.Text(identifier + OutputFolder.BUNDLE));
    recipe.limits().forEach((key, value) -> portunus.put(key, new Value.Amount(value)));
    Map<String, Value> job = new LinkedHashMap<>();
    job.put("Label", new Value.Text(identifier));
    job.put("MachServices", new Value.Dictionary(offered));
    job.put("Portunus", new Value.Dictionary(portunus));
    return job;
  }
}
