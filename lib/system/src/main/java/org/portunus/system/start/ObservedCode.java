// SPDX-License-Identifier: Apache-2.0
package org.portunus.system.start;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Label;
import java.lang.classfile.instruction.ExceptionCatch;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.HashSet;
import java.util.Set;
import org.portunus.abi.log.LogEvent;

/**
 * A plug-in's code with calls added that tell the log what it was refused: each handler of
 * exceptions first shows what it caught to {@code Refusals}, and each question about a file whose
 * answer is no exception is shown before it is asked. What the code does is not changed otherwise.
 *
 * <p>This is for a log of honest code, and no part of the sandbox.
 */
final class ObservedCode implements CodeTransform {
  /** A jar of the bundle with this entry asks for it. */
  static final String MARK = "META-INF/portunus/observed";

  private static final ClassDesc REFUSALS = ClassDesc.of("org.portunus.system.plugin.Refusals");
  private static final MethodTypeDesc CAUGHT =
      MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_Throwable);
  private static final MethodTypeDesc ASKED =
      MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_Object, ConstantDescs.CD_String);

  private static final String FILE = "java/io/File";
  private static final String FILES = "java/nio/file/Files";

  /** Methods of File without parameters that answer instead of throwing. */
  private static final Set<String> OF_FILE =
      Set.of(
          "exists",
          "isFile",
          "isDirectory",
          "isHidden",
          "canRead",
          "canWrite",
          "canExecute",
          "delete",
          "mkdir",
          "mkdirs",
          "list",
          "listFiles",
          "length",
          "lastModified",
          "setReadOnly",
          "getTotalSpace",
          "getFreeSpace",
          "getUsableSpace");

  /** Such methods of Files, of a Path, or of a Path and an array of options. */
  private static final Set<String> OF_FILES =
      Set.of(
          "exists",
          "notExists",
          "isRegularFile",
          "isDirectory",
          "isSymbolicLink",
          "isReadable",
          "isWritable",
          "isExecutable");

  private final Set<Label> handlers = new HashSet<>();

  private ObservedCode() {}

  /**
   * The class to define in place of this one; the same bytes, and a line in the log, where it can't
   * be read, gets too large, or mentions classes that the bundle does not have.
   */
  static byte[] of(String name, byte[] code, ClassLoader bundle) {
    try {
      ClassFile file =
          ClassFile.of(
              ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofResourceParsing(bundle)));
      ClassModel model = file.parse(code);
      return file.transformClass(
          model,
          ClassTransform.transformingMethodBodies(CodeTransform.ofStateful(ObservedCode::new)));
    } catch (RuntimeException unreadable) {
      // No class may fail to load for want of a log: whatever is wrong with it, the JVM tells.
      System.err.println(
          LogEvent.of("plugin.unobserved").with("class", name).with("why", unreadable).text());
      return code;
    }
  }

  @Override
  public void accept(CodeBuilder builder, CodeElement element) {
    switch (element) {
      case ExceptionCatch caught -> {
        handlers.add(caught.handler());
        builder.with(caught);
      }
      case LabelTarget target when handlers.contains(target.label()) ->
          builder.with(target).dup().invokestatic(REFUSALS, "caught", CAUGHT);
      case InvokeInstruction call -> {
        question(builder, call);
        builder.with(call);
      }
      default -> builder.with(element);
    }
  }

  private static void question(CodeBuilder builder, InvokeInstruction call) {
    String owner = call.owner().asInternalName();
    String name = call.name().stringValue();
    int parameters = call.typeSymbol().parameterCount();
    if (owner.equals(FILE) && OF_FILE.contains(name) && parameters == 0) {
      builder.dup();
      show(builder, "File." + name);
    } else if (owner.equals(FILES) && OF_FILES.contains(name) && parameters == 1) {
      builder.dup();
      show(builder, "Files." + name);
    } else if (owner.equals(FILES) && OF_FILES.contains(name) && parameters == 2) {
      builder.dup2().pop();
      show(builder, "Files." + name);
    }
  }

  private static void show(CodeBuilder builder, String call) {
    builder.ldc(call).invokestatic(REFUSALS, "asked", ASKED);
  }
}
