import Certificates

/// What is wrong with a block, and what to write, in words. Messages end where "in 'key'" follows.
enum PEMWords {
  static func of(_ reason: PEMDefect.Reason) -> (message: String, help: String)? {
    switch reason {
    case .gluedBlocks:
      ("END and BEGIN stand on one line", "both certificates are lost; put a line end between them")
    case .indentedBegin: ("BEGIN stands behind blanks", "it must begin its line")
    case .indentedEnd: ("END stands behind blanks", "it must begin its line")
    case .byteOrderMark: ("a byte order mark stands before BEGIN", "remove it; it is not visible in editors")
    case .invisibleCharacter:
      ("a character that is not visible stands before a marker", "remove it, or write the line again")
    case .textBeforeBegin: ("text stands before BEGIN on its line", "put BEGIN on a line of its own")
    case .textBeforeEnd: ("text stands before END on its line", "put END on a line of its own")
    case .escapedLineFeeds:
      (
        "the two characters '\\n' stand in place of line ends",
        "write a '|' block, or double quotes, in which \\n is a line end"
      )
    case .carriageReturnsOnly:
      ("carriage returns alone end the lines", "write the text with line feeds")
    case .foldedIntoOneLine:
      ("the whole block is one line", "YAML folds the lines of a '>' or plain value; write a '|' block")
    case .base64OnBeginLine: ("base64 stands behind BEGIN on its line", "put BEGIN on a line of its own")
    case .textAfterBegin: ("text stands behind BEGIN on its line", "put BEGIN on a line of its own")
    case .textAfterEnd: ("text stands behind END on its line", "put END on a line of its own")
    case .invalidBase64(let failure): invalidBase64(failure)
    case .labelsDiffer(let begin, let end):
      ("BEGIN \(Quoted.text(begin)) is ended by END \(Quoted.text(end))", "the two labels must be the same")
    case .missingEnd: ("BEGIN has no END", "copy the certificate again, with its last line")
    case .missingBegin: ("END has no BEGIN", "copy the certificate again, with its first line")
    case .malformedMarker:
      ("a marker is not written exactly", "write '-----BEGIN CERTIFICATE-----' and '-----END CERTIFICATE-----'")
    case .unreadable: ("a block cannot be read", "copy the certificate again, from BEGIN to END")
    // ca-private-key
    case .privateKey: nil
    }
  }

  /// Blocks that are well formed but no CERTIFICATE. What nobody takes for a certificate (a CRL, parameters) is skipped
  /// rightly.
  static func of(_ block: PEMBundle.Block) -> (message: String, help: String)? {
    switch block.result {
    case .ok, .error: return nil
    case .skippedHeaders:
      let names = block.headers.keys.sorted()
      return (
        "a block has the header \(Quoted.text(names.first ?? ""))",
        "remove the lines with ':' between BEGIN and the base64"
      )
    case .skippedType:
      if block.isPrivateKey { return nil }
      let title = "a block has the label \(Quoted.text(block.type))"
      if block.certificate != nil { return (title, "write 'CERTIFICATE' in its BEGIN and END lines") }
      switch block.type {
      case "TRUSTED CERTIFICATE":
        return (title, "only openssl reads it; convert it with 'openssl x509 -in old.pem -out ca.pem'")
      case "PKCS7", "CMS":
        return (title, "take the certificates out with 'openssl pkcs7 -print_certs'")
      case "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST":
        return (title, "a request is no certificate; write the CA's certificate")
      default: return nil
      }
    }
  }

  private static func invalidBase64(_ failure: Base64.Failure) -> (message: String, help: String) {
    let again = "copy the certificate again, from BEGIN to END"
    return switch failure {
    case .character: ("a block holds a character that is not base64", again)
    case .urlSafeAlphabet:
      ("a block is base64 of the URL alphabet", "write '+' for '-' and '/' for '_'")
    case .missingPadding: ("the base64 of a block is cut off", again)
    case .misplacedPadding: ("a block has '=' in the middle of its base64", again)
    case .textAfterPadding: ("a block goes on behind the '=' that ends its base64", again)
    }
  }
}
