import Base
import Jobs
import TestSupport
import Testing

@Suite("Help of the trainings", .enabled(if: Driver.isBuilt, "make build comes first"))
struct OptionHelpTests {
  /// An option of a job's schema, by the name that `--set` takes.
  private struct Option {
    let name: String
    let rules: JSONValue
  }

  private func options(_ schema: JSONValue, _ path: [String] = []) -> [Option] {
    (schema["properties"]?.objectValue?.members ?? []).flatMap { key, rules in
      [Option(name: (path + [key]).joined(separator: "."), rules: rules)] + options(rules, path + [key])
    }
  }

  /// Words of the help, which may be broken into lines anywhere.
  private func help(_ kind: String) -> String {
    Driver.run(kind, "--help").output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  @Test("every option that --set knows is listed with its default, its bounds and a phrase", arguments: ["pretrain", "finetune"])
  func listed(kind: String) throws {
    let help = help(kind)
    let known = options(try JobCatalog.kind(kind).schema)
    #expect(known.count > 50)
    for option in known {
      let start = try #require(help.range(of: " \(option.name): "), "\(option.name)")
      let line = help[start.upperBound...].prefix(400)
      let phrase = try #require(option.rules["description"]?.stringValue, "\(option.name)")
      #expect(line.contains(phrase), "\(option.name)")
      for bound in ["minimum", "maximum"] {
        if let value = option.rules[bound]?.intValue { #expect(line.prefix(60).contains("\(value)"), "\(option.name)") }
      }
      for choice in option.rules["enum"]?.arrayValue ?? [] { #expect(line.contains(choice.stringValue ?? "?"), "\(option.name)") }
      switch option.rules["default"] {
      case .string(let text)?: #expect(line.contains("[\(text)]"), "\(option.name)")
      case .bool(let flag)?: #expect(line.contains("[\(flag)]"), "\(option.name)")
      case .integer(let number)?: #expect(line.contains("[\(number)]"), "\(option.name)")
      default: break
      }
    }
  }

  @Test("options of the plugins are listed too")
  func plugins() {
    let finetune = help("finetune")
    for name in ["head.labels", "head.label_smoothing", "head.loss", "head.activation", "source_config.pattern"] {
      #expect(finetune.contains(" \(name): "), "\(name)")
    }
    #expect(!help("pretrain").contains("head.labels"))
  }
}

extension String {
  fileprivate func range(of text: String) -> Range<Index>? { ranges(of: text).first }
}
