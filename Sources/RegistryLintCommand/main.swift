print("registrylint")
