import TestSupport
import Testing

@Suite("What is written from the headers: up to date, and only from headers that keep to their rules")
struct GeneratedTests {
  @Test("export list, layout locks, Python declarations and reference page are what the headers say")
  func upToDate() throws {
    let outcome = Command.run(["python3", "\(Built.root)/tools/abi/generate.py", "--check"])
    #expect(outcome.status == 0, "\(outcome.stderr)")
    #expect(outcome.stdout.hasPrefix("\(ExportTests.declared.count) functions"))
  }

  @Test(
    "a file that was changed by hand is named, and written anew",
    arguments: ["exports/svfap.map", "abi/locks.c", "bindings/python/svfap/_abi.py", "docs/reference.md"])
  func stale(file: String) throws {
    let tree = HeaderTree()
    defer { tree.remove() }
    let before = tree.text(file)
    tree.edit(file, "svfap_model_save", "svfap_model_store")
    let outcome = tree.generate("--check")
    #expect(outcome.status == 1 && outcome.stderr.hasPrefix("\(file) is not what the headers say"), "\(outcome.stderr)")
    #expect(tree.generate("--write").status == 0)
    #expect(tree.text(file) == before)
  }

  @Test("every function has its place on the reference page, and every link on it leads to one")
  func reference() throws {
    let page = String(decoding: Fixtures.bytes("\(Built.root)/docs/reference.md"), as: UTF8.self)
    let headings = page.split(separator: "\n").filter { $0.hasPrefix("#") && !$0.hasPrefix("#include") }.map { line in
      line.drop { $0 == "#" || $0 == " " }.lowercased().filter { $0.isLetter || $0.isNumber || "_- ".contains($0) }.replacing(
        " ", with: "-")
    }
    #expect(Set(headings).count == headings.count)
    let anchors = Set(headings).union(parts(of: page, between: "<a id=\"", "\""))
    #expect(Set(ExportTests.declared).isSubset(of: anchors))
    let links = Set(parts(of: page, between: "](#", ")"))
    #expect(links.count > 80 && links.isSubset(of: anchors), "\(links.subtracting(anchors))")
  }

  private func parts(of text: String, between start: String, _ end: Character) -> [String] {
    text.split(separator: start).dropFirst().map { String($0.prefix { $0 != end }) }
  }

  @Test("the model of the headers is JSON for other tools")
  func model() throws {
    let script = """
      import json, sys
      model = json.load(sys.stdin)
      function = next(f for f in model["functions"] if f["name"] == "svfap_predictor_push")
      print(model["version"][0], function["contract"]["thread"], function["contract"]["since"], function["signature"]["parameters"][1]["type"])
      print([error["name"] for error in function["contract"]["errors"]][:2], function["place"]["section"])
      """
    let outcome = Command.run(
      ["sh", "-c", "python3 \"$1\" --model | python3 -c \"$2\"", "sh", "\(Built.root)/tools/abi/generate.py", script])
    // A comment that stands before several functions counts for each.
    #expect(
      outcome.stdout == "1 owner [1, 0] const svfap_frame *\n['UNSUPPORTED', 'SHAPE'] predictor\n",
      "\(outcome.stdout)\(outcome.stderr)")
  }

  /// A declaration that breaks a rule, and what is said of it.
  static let breaches: [(String, String)] = [
    ("/** A. Since 1.0. */\nsvfap_status svfap_a(int32_t x, svfap_error **error);", "svfap_a states no thread class"),
    ("/** A. [any] */\nsvfap_status svfap_a(int32_t x, svfap_error **error);", "svfap_a does not say since which version"),
    ("\nsvfap_status svfap_a(int32_t x, svfap_error **error);", "svfap_a has no comment"),
    ("/** A. [any] Since 2.0. */\nsvfap_status svfap_a(int32_t x, svfap_error **error);", "svfap_a says Since 2.0"),
    ("/** A. [any] Since 1.0. Errors: ODD. */\nsvfap_status svfap_a(svfap_error **error);", "lists the error ODD"),
    ("/** A. [any] Since 1.0. Errors: BUSY. */\nsvfap_status svfap_a(svfap_error **error);", "lists BUSY, which every function may return"),
    (
      "/** A. [any] Since 1.0. */\nsvfap_status svfap_a(const char *options, uint64_t options_size);",
      "takes `options` and lists no error CONFIG"
    ),
    ("/** A. [any] Since 1.0. Errors: IO. */\nsvfap_status svfap_a(const svfap_view *x);", "takes `x` and lists no error SHAPE"),
    ("/** A. [any] Since 1.0. */\nsvfap_status svfap_a(long x);", "`x` is long"),
    ("/** A. [any] Since 1.0. */\nsvfap_status svfap_a(unsigned long *x);", "unsigned long has no fixed size"),
    ("/** A. [any] Since 1.0. */\nsvfap_status svfap_a(_Bool x);", "only integers of fixed size"),
    ("enum odd { ODD };\n/** A. [any] Since 1.0. */\nsvfap_status svfap_a(enum odd x);", "`x` is enum odd"),
    ("/** A. [any] Since 1.0. */\nsvfap_status svfap_a(svfap_frame frame);", "`frame` is svfap_frame: structs cross by address"),
    ("/** A. [any] Since 1.0. */\nsvfap_status svfap_a(const char *text, ...);", "takes a varying number of arguments"),
    ("/** A. [any] Since 1.0. */\nint svfap_a(void);", "returns int"),
    ("/** A. [any] Since 1.0. */\nstatic inline svfap_status svfap_a(void) { return 0; }", "svfap_a is not exported"),
    ("/** A. [any] Since 1.0. */\nsvfap_status svfap_a(int32_t);", "has a parameter without a name"),
    ("/** A. */\ntypedef struct svfap_a { int64_t x; } svfap_a;", "svfap_a does not start with `uint64_t struct_size`"),
    ("/** A. */\ntypedef struct svfap_a { uint64_t struct_size; uint32_t x : 4; } svfap_a;", "svfap_a.x is a bit-field"),
    ("/** A. */\ntypedef struct svfap_a { uint64_t struct_size; int32_t x; int64_t y; } svfap_a;", "name the 4 bytes before it"),
    ("/** A. */\ntypedef struct svfap_a { uint64_t struct_size; int32_t x; } svfap_a;", "ends with 4 bytes that have no name"),
    ("/** A. */\ntypedef struct svfap_a { uint64_t struct_size; svfap_status (*x)(void); } svfap_a;", "svfap_a.x has no comment"),
    (
      "/** A. */\ntypedef struct svfap_a {\n  uint64_t struct_size;\n  /** (optional) X. */\n  svfap_status (*x)(void);\n  svfap_status (*y)(void);\n} svfap_a;",
      "svfap_a.y has no comment of its own, and the one before says (optional)"
    ),
    ("struct svfap_a { uint64_t struct_size; };", "without a typedef of the same name: svfap_a"),
    ("/** A. */\ntypedef int svfap_a;", "svfap_a is another name of int"),
    ("/** A. [any] Since 1.9. */\nsvfap_status svfap_a(int32_t x, svfap_error **error);", "this interface is 1.0 to"),
    ("extern 1;", "error: expected"),
  ]

  @Test("a declaration that breaks a rule is named with its line", arguments: breaches)
  func rules(declaration: String, message: String) throws {
    let tree = HeaderTree()
    defer { tree.remove() }
    tree.forgetReleases()
    tree.declare(declaration)
    let problems = tree.problems()
    #expect(problems.contains { $0.contains(message) }, "\(problems)")
    #expect(problems.contains { $0.contains("svfap.h:") || $0.hasPrefix("without") }, "\(problems)")
    #expect(problems.count <= 5, "\(problems)")
  }
}
