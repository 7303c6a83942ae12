; Reading streams of random numbers, eight at a time: normals first, then uniforms.
;
; A stream is SFC64 (Chris Doty-Humphrey, PractRand): four words a, b, c and the count w of what was
; drawn. A group of streams is eight of them, a lane each, kept as eight a, eight b, and so on.
; Nine in ten lots of eight normals lie within their layers of the ziggurat (Marsaglia and Tsang
; 2000); in the others, NumPy's own function draws the numbers that do not.

declare <8 x i64> @llvm.fshl.v8i64(<8 x i64>, <8 x i64>, <8 x i64>)
declare <8 x double> @llvm.masked.gather.v8f64.v8p0(<8 x ptr>, i32, <8 x i1>, <8 x double>)
declare <8 x i64> @llvm.masked.gather.v8i64.v8p0(<8 x ptr>, i32, <8 x i1>, <8 x i64>)
declare void @llvm.masked.store.v8f64.p0(<8 x double>, ptr, i32, <8 x i1>)
declare i8 @llvm.cttz.i8(i8, i1)

; `states`     the streams, group by group
; `normals`    what is to be filled: `normal` rows of `worlds` numbers
; `uniforms`   the same: `uniform` rows
; `layers`     of the ziggurat: 256 widths, then 256 bounds
; `generator`  a generator of NumPy's, which takes in the state of one stream at a time
; `exact`      NumPy's function that draws a normal from it
define void @read(ptr %states, ptr %normals, ptr %uniforms, ptr %layers, ptr %generator, ptr %exact,
                  i64 %worlds, i64 %normal, i64 %uniform) {
start:
  %numbers = add i64 %normal, %uniform
  %bounds = getelementptr double, ptr %layers, i64 256
  %memory = load ptr, ptr %generator
  %memory_b = getelementptr i64, ptr %memory, i64 1
  %memory_c = getelementptr i64, ptr %memory, i64 2
  %memory_w = getelementptr i64, ptr %memory, i64 3
  %worlds_ = insertelement <8 x i64> poison, i64 %worlds, i32 0
  %end = shufflevector <8 x i64> %worlds_, <8 x i64> poison, <8 x i32> zeroinitializer
  br label %group

group:
  %first = phi i64 [0, %start], [%next_first, %group_done]
  %word = mul i64 %first, 4
  %state_a = getelementptr i64, ptr %states, i64 %word
  %state_b = getelementptr <8 x i64>, ptr %state_a, i64 1
  %state_c = getelementptr <8 x i64>, ptr %state_a, i64 2
  %state_w = getelementptr <8 x i64>, ptr %state_a, i64 3
  %first_a = load <8 x i64>, ptr %state_a, align 8
  %first_b = load <8 x i64>, ptr %state_b, align 8
  %first_c = load <8 x i64>, ptr %state_c, align 8
  %first_w = load <8 x i64>, ptr %state_w, align 8
  %first_ = insertelement <8 x i64> poison, i64 %first, i32 0
  %firsts = shufflevector <8 x i64> %first_, <8 x i64> poison, <8 x i32> zeroinitializer
  %lanes = add <8 x i64> %firsts, <i64 0, i64 1, i64 2, i64 3, i64 4, i64 5, i64 6, i64 7>
  %mask = icmp ult <8 x i64> %lanes, %end
  br label %number

number:
  %row = phi i64 [0, %group], [%next_row, %put]
  %a = phi <8 x i64> [%first_a, %group], [%next_a, %put]
  %b = phi <8 x i64> [%first_b, %group], [%next_b, %put]
  %c = phi <8 x i64> [%first_c, %group], [%next_c, %put]
  %w = phi <8 x i64> [%first_w, %group], [%next_w, %put]
  ; SFC64
  %ab = add <8 x i64> %a, %b
  %bits = add <8 x i64> %ab, %w
  %after_w = add <8 x i64> %w, splat (i64 1)
  %b_11 = lshr <8 x i64> %b, splat (i64 11)
  %after_a = xor <8 x i64> %b, %b_11
  %c_3 = shl <8 x i64> %c, splat (i64 3)
  %after_b = add <8 x i64> %c, %c_3
  %c_24 = call <8 x i64> @llvm.fshl.v8i64(<8 x i64> %c, <8 x i64> %c, <8 x i64> splat (i64 24))
  %after_c = add <8 x i64> %c_24, %bits
  %is_normal = icmp ult i64 %row, %normal
  br i1 %is_normal, label %normally, label %uniformly

uniformly: ; 53 bits
  %high = lshr <8 x i64> %bits, splat (i64 11)
  %whole = sitofp <8 x i64> %high to <8 x double>
  %uniform_row = sub i64 %row, %normal
  %drawn = fmul <8 x double> %whole, splat (double 0x3CA0000000000000)
  br label %put

normally: ; 8 bits for the layer, 1 for the sign, 52 for the place in the layer
  %layer = and <8 x i64> %bits, splat (i64 255)
  %bits_8 = lshr <8 x i64> %bits, splat (i64 8)
  %sign = shl <8 x i64> %bits_8, splat (i64 63)
  %bits_9 = lshr <8 x i64> %bits, splat (i64 9)
  %place = and <8 x i64> %bits_9, splat (i64 4503599627370495)
  %width_at = getelementptr double, ptr %layers, <8 x i64> %layer
  %width = call <8 x double> @llvm.masked.gather.v8f64.v8p0(
    <8 x ptr> %width_at, i32 8, <8 x i1> splat (i1 true), <8 x double> poison)
  %bound_at = getelementptr i64, ptr %bounds, <8 x i64> %layer
  %bound = call <8 x i64> @llvm.masked.gather.v8i64.v8p0(
    <8 x ptr> %bound_at, i32 8, <8 x i1> splat (i1 true), <8 x i64> poison)
  %distance = sitofp <8 x i64> %place to <8 x double>
  %positive = fmul <8 x double> %distance, %width
  %unsigned = bitcast <8 x double> %positive to <8 x i64>
  %signed = xor <8 x i64> %unsigned, %sign
  %within = bitcast <8 x i64> %signed to <8 x double>
  %beyond = icmp uge <8 x i64> %place, %bound
  %asked = and <8 x i1> %beyond, %mask
  %left_at_first = bitcast <8 x i1> %asked to i8
  %all_within = icmp eq i8 %left_at_first, 0
  br i1 %all_within, label %put, label %exactly

exactly: ; lane by lane
  %left = phi i8 [%left_at_first, %normally], [%left_after, %exactly]
  %exact_a = phi <8 x i64> [%after_a, %normally], [%exact_a_, %exactly]
  %exact_b = phi <8 x i64> [%after_b, %normally], [%exact_b_, %exactly]
  %exact_c = phi <8 x i64> [%after_c, %normally], [%exact_c_, %exactly]
  %exact_w = phi <8 x i64> [%after_w, %normally], [%exact_w_, %exactly]
  %exact_x = phi <8 x double> [%within, %normally], [%exact_x_, %exactly]
  %lane = call i8 @llvm.cttz.i8(i8 %left, i1 true)
  %lane_a = extractelement <8 x i64> %a, i8 %lane
  %lane_b = extractelement <8 x i64> %b, i8 %lane
  %lane_c = extractelement <8 x i64> %c, i8 %lane
  %lane_w = extractelement <8 x i64> %w, i8 %lane
  store i64 %lane_a, ptr %memory
  store i64 %lane_b, ptr %memory_b
  store i64 %lane_c, ptr %memory_c
  store i64 %lane_w, ptr %memory_w
  %lane_x = call double %exact(ptr %generator)
  %after_lane_a = load i64, ptr %memory
  %after_lane_b = load i64, ptr %memory_b
  %after_lane_c = load i64, ptr %memory_c
  %after_lane_w = load i64, ptr %memory_w
  %exact_a_ = insertelement <8 x i64> %exact_a, i64 %after_lane_a, i8 %lane
  %exact_b_ = insertelement <8 x i64> %exact_b, i64 %after_lane_b, i8 %lane
  %exact_c_ = insertelement <8 x i64> %exact_c, i64 %after_lane_c, i8 %lane
  %exact_w_ = insertelement <8 x i64> %exact_w, i64 %after_lane_w, i8 %lane
  %exact_x_ = insertelement <8 x double> %exact_x, double %lane_x, i8 %lane
  %but_one = sub i8 %left, 1
  %left_after = and i8 %left, %but_one
  %more_left = icmp ne i8 %left_after, 0
  br i1 %more_left, label %exactly, label %put

put:
  %next_a = phi <8 x i64> [%after_a, %uniformly], [%after_a, %normally], [%exact_a_, %exactly]
  %next_b = phi <8 x i64> [%after_b, %uniformly], [%after_b, %normally], [%exact_b_, %exactly]
  %next_c = phi <8 x i64> [%after_c, %uniformly], [%after_c, %normally], [%exact_c_, %exactly]
  %next_w = phi <8 x i64> [%after_w, %uniformly], [%after_w, %normally], [%exact_w_, %exactly]
  %found = phi <8 x double> [%drawn, %uniformly], [%within, %normally], [%exact_x_, %exactly]
  %own_row = phi i64 [%uniform_row, %uniformly], [%row, %normally], [%row, %exactly]
  %filled = phi ptr [%uniforms, %uniformly], [%normals, %normally], [%normals, %exactly]
  %own_first = mul i64 %own_row, %worlds
  %own = add i64 %own_first, %first
  %at = getelementptr double, ptr %filled, i64 %own
  call void @llvm.masked.store.v8f64.p0(<8 x double> %found, ptr %at, i32 8, <8 x i1> %mask)
  %next_row = add i64 %row, 1
  %more_rows = icmp ult i64 %next_row, %numbers
  br i1 %more_rows, label %number, label %group_done

group_done:
  store <8 x i64> %next_a, ptr %state_a, align 8
  store <8 x i64> %next_b, ptr %state_b, align 8
  store <8 x i64> %next_c, ptr %state_c, align 8
  store <8 x i64> %next_w, ptr %state_w, align 8
  %next_first = add i64 %first, 8
  %more_groups = icmp ult i64 %next_first, %worlds
  br i1 %more_groups, label %group, label %done

done:
  ret void
}
